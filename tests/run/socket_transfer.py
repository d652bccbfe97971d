# Sockets of the C module: connections, datagrams, descriptors as ancillary data, time-outs, errors.
import _socket
import os
import select


def attempt(function, *arguments, **options):
    try:
        return function(*arguments, **options)
    except (OSError, TypeError, ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


server = _socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
client = _socket.socket()
client.connect(server.getsockname())
descriptor, address = server._accept()
peer = _socket.socket(fileno=descriptor)
print(peer.family, peer.type, peer.proto, address == client.getsockname())
print(client.send(b"hello"), peer.recv(100), peer.sendall(b"abc"))
room = bytearray(5)
print(client.recv_into(room), room)
client.settimeout(0.01)
print(attempt(client.recv, 1), client.gettimeout())
client.setblocking(False)
print(attempt(client.recv, 1), client.getblocking(), client.timeout)
client.shutdown(_socket.SHUT_WR)
print(peer.recv(5), peer.close(), attempt(peer.recv, 5), peer.fileno())

one, other = _socket.socketpair()
reader, writer = os.pipe()
message = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, writer.to_bytes(4, "little"))
print(one.sendmsg([b"with ", b"a pipe"], [message]))
data, [(level, kind, numbers)], flags, sender = other.recvmsg(100, _socket.CMSG_SPACE(4))
print(data, level == _socket.SOL_SOCKET, kind == _socket.SCM_RIGHTS, flags, sender)
print(os.write(int.from_bytes(numbers, "little"), b"through"), os.read(reader, 10))
print([len(ready) for ready in select.select([one, other], [one, other], [], 0)])
one.send(b"!")
poll = select.poll()
poll.register(other, select.POLLIN)
print(poll.poll(1000) == [(other.fileno(), select.POLLIN)])
with select.epoll() as epoll:
    epoll.register(other, select.EPOLLIN)
    print(epoll.poll(1) == [(other.fileno(), select.EPOLLIN)], epoll.closed)
print(epoll.closed, attempt(epoll.poll))

here = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
here.bind(("", 0))
there = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
print(there.sendto(b"datagram", ("127.0.0.1", here.getsockname()[1])), here.recvfrom(20)[0])

for wrong in [5, ("x",), (5, 5), ("127.0.0.1", "x"), ("127.0.0.1", 70000), ("\udc80", 1), ("a\0b", 0)]:
    print(attempt(server.bind, wrong))
print(attempt(client.settimeout, -1), attempt(client.sendto, b"x"), attempt(_socket.socket, 99))
print(attempt(select.select, [1], [], "x"), attempt(select.select, [], [], [], -1))
print(_socket.inet_aton("0x7f.1"), attempt(_socket.inet_aton, "1.2.3.256"), _socket.inet_ntoa(b"\1\2\3\4"))
print(_socket.inet_pton(_socket.AF_INET6, "::1"), _socket.inet_ntop(_socket.AF_INET6, bytes(16)))
print(attempt(_socket.htons, -1), attempt(_socket.htons, 70000), _socket.ntohs(_socket.htons(5)))
print(_socket.getaddrinfo("127.0.0.1", 80, type=_socket.SOCK_STREAM))
print(attempt(_socket.getaddrinfo, None, None), _socket.gaierror, _socket.timeout)
