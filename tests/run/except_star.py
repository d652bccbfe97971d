# except*: which part each clause handles, and what is raised at the end.

def shape(error):
    if isinstance(error, BaseExceptionGroup):
        return [error.message, *map(shape, error.exceptions)]
    return repr(error)


def run(error):
    try:
        try:
            raise error
        except* ValueError as group:
            print("values", shape(group))
        except* (TypeError, KeyError) as group:
            print("others", shape(group))
            raise
        except* OSError as group:
            raise RuntimeError("new")
    except BaseException as error:
        print("raised", shape(error), repr(error.__context__ and shape(error.__context__)))
    else:
        print("nothing raised")


run(ValueError(1))
run(TypeError(1))
run(IndexError(1))
run(ExceptionGroup("a", [ValueError(1), ValueError(2)]))
run(ExceptionGroup("a", [ValueError(1), TypeError(2), ExceptionGroup("b", [KeyError(3), ValueError(4)])]))
run(ExceptionGroup("a", [IndexError(1), TypeError(2), ExceptionGroup("b", [KeyError(3), OSError(4)])]))
run(ExceptionGroup("a", [OSError(4)]))

for kind in (ExceptionGroup, (ValueError, BaseExceptionGroup), int):
    try:
        try:
            raise ExceptionGroup("a", [ValueError(1)])
        except* kind:
            pass
    except TypeError as error:
        print(error)


class Async:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *exc):
        pass


for manager in (1, Async()):
    try:
        with manager:
            pass
    except TypeError as error:
        print(error)
