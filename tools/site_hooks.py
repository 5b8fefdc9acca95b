"""What `mkdocs.yml` cannot say: the base address, the generated pages of the navigation, and the changelog."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import pulumi_guardrails

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "policies/"
"""The entry of the navigation that stands for every generated page of a folder."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the base address from the pack, and list a page for each service."""
    # The pack is published alone, so the setting lives there; without it every link of the site is relative.
    config.site_url = pulumi_guardrails.DOCUMENTATION_URL or config.site_url
    folder = Path(config.docs_dir) / GENERATED
    services = sorted(path.name for path in folder.glob("*.md") if path.name != "index.md")
    pages = [GENERATED + name for name in ["index.md", *services]]
    config.nav = [
        {title: pages if entry == GENERATED else entry for title, entry in item.items()} for item in config.nav or []
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add CHANGELOG.md, which has its place at the root of the repository."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "changelog.md", content=text))
    return files
