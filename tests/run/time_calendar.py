# Calendar time: struct_time, its text, and what is refused.
import time


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except (OSError, TypeError, ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


epoch = time.gmtime(0)
print(epoch, epoch.tm_zone, epoch.tm_gmtoff, len(epoch))
print(time.gmtime(1e9 + 0.5)[:6], time.asctime(epoch))
print(time.strftime("%Y-%m-%d %H:%M:%S %j %a %b %% %Z", time.gmtime(86400)))
print(repr(time.strftime("%Y\0x\udc80é%d", (2000, 1, 1, 1, 1, 1, 1, 1, 1))))
for function, *arguments in [
    (time.gmtime, 1e300), (time.gmtime, float("nan")), (time.gmtime, "x"), (time.gmtime, 1, 2),
    (time.sleep, -1), (time.sleep, "x"), (time.sleep, 10**30), (time.asctime, 5), (time.asctime, (1, 2)),
    (time.mktime, (2**40, 1, 1, 1, 1, 1, 1, 1, 1)), (time.strftime, "%Y", (2000, 13, 1, 1, 1, 1, 1, 1, 1)),
    (time.strftime, 5), (time.get_clock_info, "x"), (time.clock_gettime, 99), (time.clock_gettime, "x"),
]:
    print(function.__name__, attempt(function, *arguments))
print(time.get_clock_info("monotonic"))
start = time.monotonic_ns()
time.sleep(0.01)
print(time.monotonic_ns() - start >= 10_000_000, time.time() > 1e9, time.process_time() >= 0)
