# PEP 688: classes that export buffers, and the end of their views.
class Exporter:
    def __init__(self):
        self.data = bytearray(b'hello')
        self.views = []
    def __buffer__(self, flags):
        print('export', flags)
        view = memoryview(self.data)
        self.views.append(view)
        return view
    def __release_buffer__(self, view):
        print('release', view is self.views[-1], view.tobytes())
        view.release()

e = Exporter()
print(bytes(e))
m = memoryview(e)
m[0] = 72
print(m.tobytes())
try:
    e.data.append(1)
except BufferError as error:
    print(error)
m.release()
e.data.append(33)
print(e.data)
print(b'-' + e)

class Wrong:
    def __buffer__(self, flags):
        return b'no'
try:
    memoryview(Wrong())
except TypeError as error:
    print(error)
try:
    memoryview(object())
except TypeError as error:
    print(error)
try:
    b'' + 1
except TypeError as error:
    print(error)

view = bytearray(b'ab').__buffer__(0)
print(type(view), view.tobytes())
b = bytearray(b'ab')
view = b.__buffer__(0x1)
try:
    b'ab'.__release_buffer__
except AttributeError as error:
    print(error)
b.__release_buffer__(view)
b.append(1)
try:
    b.__release_buffer__(memoryview(b'other'))
except ValueError as error:
    print(error)
