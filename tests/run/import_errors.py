# What imports say when they fail, and how modules are found again.
import sys

for code in ["import nothing_here", "from sys import nothing_here", "import sys.nothing",
             "from . import x", "from json import nothing_here as n"]:
    try:
        exec(code, {"__name__": "alone", "__package__": "", "__spec__": None})
    except ImportError as error:
        text = str(error)
        print(type(error).__name__, text.split(" (/")[0], error.name, error.name_from)
import json.decoder
print(json.decoder is sys.modules["json.decoder"], __import__("json.decoder") is json)
print(__import__("json.decoder", fromlist=["JSONDecoder"]) is json.decoder)
sys.modules["blocked"] = None
try:
    import blocked
except ModuleNotFoundError as error:
    print(error)
try:
    __import__("")
except ValueError as error:
    print(error)
print(json.__spec__.name, json.__package__, json.decoder.__package__, bool(json.__path__))
