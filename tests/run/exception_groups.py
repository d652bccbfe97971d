# PEP 654: groups of exceptions.

def attempt(function, *args):
    try:
        print(repr(function(*args)))
    except BaseException as error:
        print(type(error).__name__ + ":", str(error))


group = ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [KeyError(3), ValueError(4)])])
print(group, repr(group), group.message, group.exceptions[0])
print(repr(group.split(ValueError)))
print(repr(group.subgroup((KeyError, TypeError))))
print(group.subgroup(OSError), group.split(ExceptionGroup)[1])
print(type(BaseExceptionGroup("b", [ValueError()])), type(BaseExceptionGroup("b", [KeyboardInterrupt()])))
print(ExceptionGroup.__mro__, ExceptionGroup.__bases__)
attempt(ExceptionGroup, "a")
attempt(ExceptionGroup, 1, [ValueError()])
attempt(ExceptionGroup, "a", [])
attempt(ExceptionGroup, "a", 1)
attempt(ExceptionGroup, "a", [1])
attempt(ExceptionGroup, "a", [KeyboardInterrupt()])
attempt(group.split, 1)


class Own(ExceptionGroup):
    def derive(self, excs):
        return Own(self.message, excs)


own = Own("o", [ValueError(1), TypeError(2)])
own.add_note("noted")
match, rest = own.split(ValueError)
print(type(match), match.__notes__, match.__notes__ is own.__notes__, rest.exceptions)
