# What a code object tells about itself.

def function(a, b=1, /, c=2, *args, d, **kwargs):
    cell = a

    def inner(x):
        return cell + x

    for i in args:
        if i:
            continue
    return inner


code = function.__code__
for name in ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_stacksize", "co_flags",
             "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_name", "co_qualname", "co_firstlineno"):
    print(name, getattr(code, name))
print(len(code.co_code), len(code.co_linetable), code.co_exceptiontable, code.co_filename.endswith(".py"))
inner = code.co_consts[0]
print(inner.co_freevars, inner.co_name, inner.co_qualname)
print(list(code.co_lines())[:3])
print(list(code.co_positions())[:4])
print(list(code.co_branches()))
print(code._varname_from_oparg(0))


def other(a, b=1, /, c=2, *args, d, **kwargs):
    pass


twins = [lambda x: x + 1 for _ in range(2)]
print(code == code, code == other.__code__, twins[0].__code__ == twins[1].__code__, hash(code) == hash(code))
