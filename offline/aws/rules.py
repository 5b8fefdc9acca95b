"""rules placeholder"""
def check(token, inputs):
    return []
