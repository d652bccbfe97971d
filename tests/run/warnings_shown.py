# Filters decide what becomes of a warning.
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for _ in range(3):
        warnings.warn("again", stacklevel=1)
    warnings.warn(DeprecationWarning("old"))
    warnings.simplefilter("ignore")
    warnings.warn("never")
print([(type(each.message).__name__, str(each.message), each.lineno) for each in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("loud", RuntimeWarning)
    except RuntimeWarning as error:
        print("raised", error)
for arguments in [("x", int), ("x", UserWarning("a"))]:
    try:
        warnings.warn(*arguments)
    except TypeError as error:
        print(error)
registry = {}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("once")
    warnings.warn_explicit("text", UserWarning, "file.py", 3, registry=registry)
    warnings.warn_explicit("text", UserWarning, "file.py", 4, registry=registry)
print([str(each.message) for each in caught], sorted(str(key) for key in registry))
