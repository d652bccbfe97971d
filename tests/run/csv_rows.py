# Dialects, readers and writers of CSV.
import _csv
def e(f):
    try: print(repr(f()).split(' at ')[0])
    except Exception as x: print(type(x).__name__, x)
class D: delimiter='ab'
for k in [dict(delimiter=''),dict(delimiter=1),dict(delimiter=None),dict(delimiter='ab'),dict(quotechar=1),dict(quotechar=''),dict(quotechar='ab'),dict(quoting=9),dict(quoting='a'),dict(lineterminator=1),dict(lineterminator=None),dict(delimiter='\n'),dict(quotechar=None,quoting=1),dict(delimiter='"'),dict(escapechar='a b'),dict(foo=1),dict(quotechar=' ',skipinitialspace=True),dict(lineterminator='"'),dict(delimiter=' ',skipinitialspace=True)]:
    e(lambda: _csv.reader([],**k))
e(lambda: _csv.reader(1)); e(lambda: next(_csv.reader([1]))); e(lambda: next(_csv.reader([b'a']))); e(lambda: _csv.writer(1)); e(lambda: _csv.get_dialect('zz')); e(lambda: _csv.unregister_dialect('zz')); e(lambda: _csv.register_dialect(1)); e(lambda: _csv.field_size_limit('a')); e(lambda: _csv.reader([],1)); e(lambda: _csv.reader([],'zz')); e(lambda: _csv.reader([],None)); e(lambda: _csv.reader([],D)); e(lambda: _csv.reader()); e(lambda: _csv.Dialect().delimiter); e(lambda: next(_csv.reader(['a\n"b']))); e(lambda: list(_csv.reader(['"a'],strict=True))); e(lambda: list(_csv.reader(['"a"b'],strict=True))); e(lambda: list(_csv.reader(['a\nb']))); e(lambda: list(_csv.reader(['a\\'],escapechar='\\',strict=True)));e(lambda: list(_csv.reader(['x,1.5,"2"'],quoting=2)))
e(lambda:list(_csv.reader(['1,"2",',''],quoting=5)));e(lambda:list(_csv.reader(['1,"2",',''],quoting=4)))
e(lambda: _csv.register_dialect('a',delimiter=':',foo=1))
_csv.register_dialect('b',delimiter=':'); print(_csv.list_dialects(), list(_csv.reader(['a:b:"c:d"','x'],'b')), _csv._dialects.keys())
class W:
    def __init__(s): s.t=[]
    def write(s,x): s.t.append(x); return len(x)
for kw in [{},dict(quoting=1),dict(quoting=2),dict(quoting=3,escapechar='\\'),dict(quoting=4),dict(quoting=5),dict(doublequote=False,escapechar='\\'),dict(delimiter=';',lineterminator='!')]:
    w=W(); x=_csv.writer(w,**kw)
    for row in [[1,'a',None,2.5],['a"b','c,d','e\nf',''],['x;y','!']]: e(lambda: x.writerow(row))
    e(lambda: x.writerow([''])); e(lambda: x.writerow([None])); e(lambda: x.writerow([])); e(lambda: x.writerow(5)); e(lambda: x.writerows([[1],[2]])); print(w.t, x.dialect.quoting)
r=_csv.reader(['a,b','"c\n','d",e']); print(list(r), r.line_num, r.dialect.delimiter, _csv.field_size_limit(5)); e(lambda: list(_csv.reader(['abcdefgh']))); print(_csv.field_size_limit(131072), _csv.Error, _csv.Dialect)
