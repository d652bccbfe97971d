import contextlib as c
from os import path, sep as separator


def guarded(action):
    try:
        action()
    except (ValueError, TypeError) as error:
        raise RuntimeError("no") from error
    except OSError, KeyError:
        pass
    else:
        return 1
    finally:
        print("done")


def groups(task):
    try:
        task()
    except* ValueError as group:
        print(group.exceptions)
    except* OSError:
        raise


def managed(one, two):
    with one as a, (two) as (b, *rest):
        return a, b, rest


async def stream(source):
    async with source as items:
        async for item in items:
            yield await item
    result = [x async for x in source if await x]
    await result
