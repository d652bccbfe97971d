# Codecs and error handlers that a program registers, and what the registry says.
import _codecs

def handler(error):
    print(type(error).__name__, error.start, error.end, error.reason, ascii(error.object))
    return '?!', error.end
_codecs.register_error('test.mark', handler)
print('aé☃b'.encode('ascii', 'test.mark'), b'a\xff\xc3'.decode('utf-8', 'test.mark'))

def show(function, *arguments):
    try:
        print(ascii(function(*arguments)))
    except Exception as error:
        print(type(error).__name__, error, getattr(error, '__notes__', ''))

for answer in [('x',), ('x', 100), (b'x', 0)]:
    _codecs.register_error('test.answer', lambda error: answer)
    show(b'a\xff'.decode, 'utf-8', 'test.answer')

for name in ['ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace', 'namereplace', 'surrogateescape']:
    function = _codecs.lookup_error(name)
    for error in [UnicodeEncodeError('utf-8', 'a☃b', 1, 2, 'why'), UnicodeDecodeError('ascii', b'\xff', 0, 1, 'why')]:
        show(function, error)

def search(name):
    if name == 'my_codec':
        return (lambda text, errors='strict': (b'ENC', 1), lambda data, errors='strict': ('DEC', 1), None, None)
    if name == 'wrong':
        return (lambda text, errors='strict': ('x', 1), lambda data, errors='strict': 1 / 0, None, None)
_codecs.register(search)
show('x'.encode, 'My-Codec')
show(b'x'.decode, 'my codec')
show('x'.encode, 'wrong')
show(b'x'.decode, 'wrong')
show('x'.encode, 'no such codec')
show(_codecs.charmap_encode, 'abz', 'xmlcharrefreplace', {97: 1, 98: b'xx'})
show(_codecs.charmap_decode, b'\0\1\2', 'replace', {0: 'xyz', 1: 65, 2: None})
show(_codecs.utf_16_ex_decode, b'\xff\xfea\0b')
