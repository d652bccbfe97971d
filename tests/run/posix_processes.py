# Processes: fork and its hooks, programs that are started, how they end, pipes.
import os


def ending(process):
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


process = os.fork()
if process == 0:
    os._exit(7)
print(ending(process))

process = os.fork()
if process == 0:
    os.kill(os.getpid(), 9)
status = os.waitpid(process, 0)[1]
print(os.WIFSIGNALED(status), os.WTERMSIG(status), os.waitstatus_to_exitcode(status))

print(ending(os.posix_spawn("/bin/sh", ["sh", "-c", "exit $CODE"], {"CODE": "3"})))
reader, writer = os.pipe()
actions = [(os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_CLOSE, reader)]
process = os.posix_spawnp("echo", ["echo", "from a child"], os.environ, file_actions=actions)
print(os.read(reader, 100), ending(process))

process = os.fork()
if process == 0:
    os.execve("/bin/sh", ["sh", "-c", "exit $CODE"], {"CODE": "9"})
print(os.waitid(os.P_PID, process, os.WEXITED).si_status)
process = os.fork()
if process == 0:
    os._exit(1)
print(os.wait4(process, 0)[1], os.system("exit 4") >> 8)

order = []
os.register_at_fork(before=lambda: order.append("before"), after_in_parent=lambda: order.append("parent"))
os.register_at_fork(before=lambda: order.append("earlier"), after_in_child=lambda: os._exit(5))
process = os.fork()
print(order, ending(process))

for function, *arguments in [
    (os.waitpid, -1, 0), (os.execv, "/nothing", ["x"]), (os.execv, "/bin/sh", []), (os.execv, "/bin/sh", 5),
    (os.posix_spawn, "/nothing", ["x"], {}), (os.posix_spawn, "/bin/sh", ["x"], 5),
    (os.putenv, "a=b", "c"), (os.waitstatus_to_exitcode, 0x137F), (os.register_at_fork,),
]:
    try:
        print(function(*arguments))
    except (OSError, TypeError, ValueError) as error:
        print(function.__name__, type(error).__name__, error)
