# A failed import's traceback shows no frame of importlib.
import sys
import traceback


def frames(code):
    try:
        exec(compile(code, "<program>", "exec"), {})
    except BaseException as error:
        return type(error).__name__, [frame.name for frame in traceback.extract_tb(error.__traceback__)]


class Loader:
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        raise ZeroDivisionError


class Finder:
    def find_spec(self, name, path, target=None):
        from importlib.machinery import ModuleSpec
        return ModuleSpec(name, Loader()) if name == "divides" else None


sys.meta_path.append(Finder())
print(frames("import no_such_module"))
print(frames("import json.nothing"))
print(frames("import divides")[0])
