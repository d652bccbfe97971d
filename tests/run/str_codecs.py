# Encoding and decoding with the codecs that are built in.
def fails(function, *arguments):
    try:
        print([function(*arguments)])
    except UnicodeError as error:
        print([type(error), str(error), error.start, error.end, error.reason, error.encoding])
    except Exception as error:
        print([type(error), str(error)])


print(["π🐍é".encode(), "abc".encode("latin-1"), "π".encode("ascii", "replace"), "é".encode("utf-16-le")])
print([str(b"\xcf\x80", "utf-8"), b"\xff\xfea\0".decode("utf-16"), b"caf\xe9".decode("latin1"), b"+A8A-".decode("utf-7")])
print(["é€🐍".encode("ascii", "backslashreplace"), "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "ignore")])
print([b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("ascii", "surrogateescape"), b"\xff".decode("utf8", "backslashreplace")])
print(["a\udcff".encode("utf-8", "surrogateescape"), "\ud800".encode("utf-8", "surrogatepass"), "é\n".encode("unicode_escape")])
print([str(), str(b"a"), str(b"a", errors="strict"), str(object=1), str(b"a", "UTF_8"), "a".encode(encoding="U8")])
fails("\ud800".encode)
fails("aéé".encode, "ascii")
fails("é".encode, "foo")
fails("\ud800".encode, "utf-8", "foo")
fails(b"\xff".decode)
fails(b"\xe2\x82".decode)
fails(str, 1, "utf-8")
fails(str, "a", "utf-8")
fails(str, b"a", 1)
