# What only bytearray can do.
def fails(function, *arguments):
    try:
        print([function(*arguments)])
    except Exception as error:
        print([type(error), str(error)])


a = bytearray(b"abc")
a.append(100)
a.extend(b"ef")
a.extend([103, 104])
a.insert(0, 90)
a.insert(-1, 91)
print([a, a.pop(), a.pop(0), a])
a.remove(91)
a.reverse()
print([a, a.copy(), a.copy() is a])
a += b"!"
a *= 2
print([a, len(a)])
a[0] = 65
a[1:3] = b"xyz"
a[-1:] = [1, 2]
print(a)
del a[0], a[0:2]
print(a)
a[::2] = bytes(len(a[::2]))
print(a)
del a[::2]
print(a)
a[:] = a
a[2:2] = bytearray(b"in")
print(a)
a.resize(3)
a.resize(5)
print(a)
a.clear()
print([a, bytearray(b"abc").__reduce__(), bytearray(b"abc").__reduce_ex__(3), bytearray().__reduce__()])


class Derived(bytearray):
    pass


print([Derived(b"x"), Derived(b"abc").upper()])
fails(bytearray(b"a").append, 256)
fails(bytearray(b"a").append, "a")
fails(bytearray(b"a").extend, "a")
fails(bytearray(b"a").extend, 1)
fails(bytearray(b"a").extend, [256])
fails(bytearray().pop)
fails(bytearray(b"a").pop, 5)
fails(bytearray(b"a").remove, 0)
fails(bytearray(b"a").remove, 300)
fails(bytearray(b"a").insert, 0, 256)
fails(bytearray(b"a").__setitem__, 5, 1)
fails(bytearray(b"a").__setitem__, 0, 256)
fails(bytearray(b"a").__setitem__, "a", 1)
fails(bytearray(b"abc").__setitem__, slice(0, 3, 2), b"a")
fails(bytearray(b"abc").__setitem__, slice(0, 3, 1), "a")
fails(bytearray(b"abc").__setitem__, slice(0, 3, 1), 3)
fails(bytearray(b"abc").__delitem__, 5)
fails(bytearray(b"a").resize, -1)
fails(bytearray(b"a").__iadd__, "a")
