"""The ML API stack: one component resource a module, composed by the program's ``__main__``."""
