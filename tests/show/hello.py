"""Says hello."""


def greet(name, *, loud=False):
    text = f"Hello, {name}!"
    return text.upper() if loud else text


print(greet("world"))
