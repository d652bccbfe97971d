# Methods and operators that bytes and bytearray share.
def fails(function, *arguments):
    try:
        print([function(*arguments)])
    except Exception as error:
        print([type(error), str(error)])


for make in (bytes, bytearray):
    b = make
    print([b(b"abc"), b(b"it's"), b(b"'\"\\\n\x00\xff"), b(3), b([1, 2]), b("π", "utf-8"), b(), b(b"a")[0], b(b"abc")[1:], b(b"abc")[::-1]])
    print([b(b"a,b,c").split(b","), b(b" a b ").split(), b(b"a,b,c").rsplit(b",", 1), b(b"a\nb\r\nc").splitlines(True)])
    print([b(b",").join([b"a", bytearray(b"b")]), b(b"abc").partition(b"b"), b(b"abcb").rpartition(b"b"), b(b"a").partition(b"x")])
    print([b(b"Ab c").upper(), b(b"AB").lower(), b(b"a b").title(), b(b"aB").swapcase(), b(b"aB").capitalize()])
    print([b(b"a").center(4), b(b"a").center(4, b"*"), b(b"a").ljust(3), b(b"a").rjust(3), b(b"-7").zfill(4), b(b"a\tb").expandtabs(4)])
    print([b(b" a ").strip(), b(b"xax").lstrip(b"x"), b(b"xax").rstrip(b"x"), b(b"aaa").replace(b"a", b"b", 2), b(b"ab").replace(b"", b"-")])
    print([b(b"abcab").translate(None, b"a"), b(b"ab").translate(bytes.maketrans(b"a", b"z")), b(b"ab").removeprefix(b"a"), b(b"ab").removesuffix(b"b")])
    print([b(b"abc").find(b"c"), b(b"abc").find(98), b(b"abab").rfind(b"a"), b(b"aaa").count(b"a", 1), b(b"abc").index(b"b"), b(b"a").find(b"", 4)])
    print([b(b"abc").startswith((b"x", b"a")), b(b"abc").endswith(b"c", 0, 2), 97 in b(b"abc"), b"bc" in b(b"abc"), len(b(b"abc"))])
    print([b(b"a1").isalnum(), b(b"a").isalpha(), b(b"1").isdigit(), b(b" ").isspace(), b(b"a").islower(), b(b"A").isupper(), b(b"Aa").istitle(), b(b"\xff").isascii()])
    print([b(b"\xb9\x01\xef").hex(), b(b"\xb9\x01\xef").hex(":"), b(b"\xb9\x01\xef").hex(":", 2), make.fromhex("B9 01ef"), b(b"\xcf\x80").decode()])
    print([b(b"%d-%s-%b|%5.1f|%x|%c|%a") % (3, b"x", bytearray(b"y"), 2.5, 255, 65, "é"), b(b"%(a)s") % {b"a": b"v"}, b(b"%%") % ()])
    print([b(b"a") + b"b", b(b"a") + bytearray(b"b"), b(b"ab") * 2, 2 * b(b"a"), b(b"a") == b"a", b(b"a") < b"b", b(b"a") == "a", b(b"a") != bytearray(b"a")])
    print([[x for x in b(b"ab")], tuple(b(b"ab")), b(b"") == b"", b(b"abc").__getitem__(-1)])
    fails(b(b"a").find, "a")
    fails(b(b"a").find, 256)
    fails(b(b"a").index, b"b")
    fails(b(b"a").startswith, "a")
    fails(b(b"a").split, "a")
    fails(b(b"a").split, b"")
    fails(b(b",").join, 1)
    fails(b(b",").join, ["a"])
    fails(b(b"a").center, 3, "b")
    fails(b(b"a").translate, b"a")
    fails(b(b"a").__getitem__, 5)
    fails(b(b"a").__getitem__, 1.5)
    fails(b(b"a").__add__, "a")
    fails(b(b"a").__contains__, "a")
    fails(b(b"a").hex, "ab")
    fails(b(b"%d").__mod__, "a")
    fails(b(b"%s").__mod__, "a")
    fails(b(b"%c").__mod__, 256)
    fails(b(b"a").__mod__, 1)
    fails(make, "a")
    fails(make, 1.5)
    fails(make, -1)
    fails(make, [256])
    fails(make, ["a"])
    fails(make, 1, "utf-8")
    fails(make.fromhex, "zz")
    fails(make.fromhex, 1)

print([hash(b"abc") == hash(b"abc"), {b"a": 1}[b"a"], b"abc".__bytes__(), bytes(bytearray(b"q"))])
fails(hash, bytearray(b"a"))


class Made:
    def __bytes__(self):
        return b"made"


class Derived(bytes):
    pass


print([bytes(Made()), b"%b" % Made(), Derived(b"abc"), Derived(b"abc").upper(), type(Derived(b"a")[:]) is bytes, Derived(b"a") == b"a"])
