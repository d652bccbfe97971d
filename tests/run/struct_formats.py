# Packing and unpacking, and the words of what does not fit.
import _struct as struct
def e(f):
    try: print(f())
    except Exception as x: print(type(x).__name__, x)
for fmt,args in [('i',()),('i',('a',)),('b',(200,)),('B',(-1,)),('q',(2**63,)),('Q',(2**64-1,)),('P',(-1,)),('c',(1,)),('c',(b'a',)),('s',(1,)),('5s',(b'ab',)),('5p',(b'abcdefg',)),('f',(1.5,)),('f',(1e300,)),('e',(1.5,)),('d',('a',)),('?',([],)),('<hxi',(1,2)),('>hxi',(1,2)),('hxi',(1,2)),('3h',(1,2,3)),('ii',(1,)),('10s',(bytearray(b'ab'),)),('b',(True,)),('i',(1.5,)),('z',()),('0s',(b'a',))]:
    e(lambda: struct.pack(fmt,*args))
e(lambda: struct.unpack('<bBhHiIqQ',bytes(range(200,230)))); e(lambda: struct.unpack('>bBhHiIqQ',bytes(range(200,230)))); e(lambda: struct.unpack('i',b'a')); e(lambda: struct.unpack_from('i',b'abcd',1)); e(lambda: struct.unpack_from('i',b'abcd',-3));e(lambda: struct.unpack_from('i',b'abcd',-5)); e(lambda: struct.unpack('3s2x?',b'abc\0\0\1')); e(lambda: struct.unpack('ef d',struct.pack('ef d',.5,.25,.125)))
b=bytearray(10); struct.pack_into('<hh',b,3,1,2); print(b); e(lambda: struct.pack_into('i',b,8,1)); e(lambda: struct.pack_into('i',b'abcd',0,1)); e(lambda: struct.pack_into('i')); e(lambda: struct.pack_into('i',b)); e(lambda: struct.pack_into('i',b,0)); e(lambda: struct.pack()); e(lambda: struct.pack(1)); e(lambda: struct.Struct()); e(lambda: struct.calcsize('é'))
print(list(struct.iter_unpack('h',b'abcd')), struct.Struct('i'), struct.Struct(b'hh').format, struct.Struct('hh').size, struct.calcsize('bhilq0q'), struct.error, struct.error.__module__)
e(lambda: struct.iter_unpack('i',b'abc')); e(lambda: struct.iter_unpack('',b'')); e(lambda: struct.unpack('i','abcd')); e(lambda: struct.Struct.__new__(struct.Struct).pack())
