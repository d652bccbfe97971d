# Code objects that programs make: verified before they run.

def function(x, y=2):
    return x + y


code = function.__code__
same = code.replace()
print(same == code, same is code)
renamed = code.replace(co_name="other", co_consts=code.co_consts + ([1],))
print(renamed.co_name, renamed.co_consts[-1], type(code)(
    code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize,
    code.co_flags, code.co_code, code.co_consts, code.co_names, code.co_varnames, code.co_filename, code.co_name,
    code.co_qualname, code.co_firstlineno, code.co_linetable, code.co_exceptiontable) == code)
function.__code__ = renamed
print(function(1))
for wrong in (
    lambda: code.replace(1),
    lambda: code.replace(co_argcount="a"),
    lambda: code.replace(co_x=1),
    lambda: code.replace(co_name=1),
    lambda: code.replace(co_consts=[1]),
    lambda: code.replace(co_code="a"),
    lambda: code.replace(co_names=(1,)),
    lambda: code.replace(co_code=b"abc"),
    lambda: type(code)(),
):
    try:
        print(wrong())
    except Exception as error:
        print(type(error).__name__, error)
