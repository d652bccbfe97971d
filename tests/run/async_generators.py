# Asynchronous generators and iteration, driven by hand.
def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def attempt(function):
    try:
        print(function())
    except BaseException as error:
        print(type(error).__name__, error)


class Suspend:
    def __await__(self):
        got = yield "suspended"
        return got


async def numbers(count):
    try:
        for number in range(count):
            await Suspend()
            yield number
    finally:
        print("numbers end")


async def consume():
    total = []
    async for number in numbers(3):
        total.append(number)
    return total, [n async for n in numbers(2)], {n: 1 async for n in numbers(1)}


print(run(consume()))


async def early():
    generator = numbers(5)
    async for number in generator:
        if number == 1:
            break
    await generator.aclose()
    return generator.ag_running, generator.ag_frame, generator.ag_await


print(run(early()))


async def echo():
    got = None
    while True:
        try:
            got = yield got
        except ValueError as error:
            got = f"caught {error}"


async def talk():
    generator = echo()
    answers = [await anext(generator), await generator.asend(1), await generator.athrow(ValueError("oh"))]
    await generator.aclose()
    try:
        await generator.asend(2)
    except StopAsyncIteration:
        answers.append("over")
    return answers


try:
    anext
except NameError:
    def anext(generator):
        return generator.__anext__()
print(run(talk()))


async def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


async def close_stubborn():
    generator = stubborn()
    await generator.__anext__()
    await generator.aclose()


attempt(lambda: run(close_stubborn()))


async def bad_iterator():
    async for _ in 3:
        pass


class NoNext:
    def __aiter__(self):
        return self


class BadNext(NoNext):
    def __anext__(self):
        return 3


async def over(iterable):
    async for _ in iterable:
        pass


attempt(lambda: run(bad_iterator()))
attempt(lambda: run(over(NoNext())))
attempt(lambda: run(over(BadNext())))
generator = echo()
first = generator.asend(None)
attempt(lambda: first.send(None))
attempt(lambda: first.send(None))
attempt(lambda: generator.asend(None).throw(KeyError("k")))


async def leaking():
    raise StopIteration
    yield


attempt(lambda: leaking().__anext__().send(None))


async def answer():
    return await Suspend()


coroutine = answer()
wrapper = coroutine.__await__()
print(type(wrapper).__name__, next(wrapper), coroutine.cr_running, coroutine.cr_suspended)
attempt(lambda: wrapper.send(42))
attempt(lambda: coroutine.send(None))
print(coroutine.cr_frame, coroutine.cr_await, coroutine.cr_origin, coroutine.cr_code.co_name)
