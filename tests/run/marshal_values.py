# Values through marshal and back, and what cannot go through.
import marshal

values = [None, True, ..., 1, -2**70, 1.5, "text", "\udc80", b"bytes", (1, (2,)), [1, [2]], {"a": {1: 2}},
          {1, 2}, frozenset({3}), slice(1, 2, 3)]
for value in values:
    back = marshal.loads(marshal.dumps(value))
    print(back == value, type(back).__name__)
loop = []
loop.append(loop)
back = marshal.loads(marshal.dumps(loop))
print(back[0] is back)
code = compile("x = 1 + y", "<here>", "exec")
namespace = {"y": 2}
exec(marshal.loads(marshal.dumps(code)), namespace)
print(namespace["x"])
for bad in [object(), [int], 3j.__class__]:
    try:
        marshal.dumps(bad)
    except ValueError as error:
        print(error)
for data in [b"", b"i", b"?", marshal.dumps(code)]:
    try:
        marshal.loads(data, allow_code=False)
    except (EOFError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
