# Bytes as text, checksums, and the Mersenne Twister.
import binascii, _random
def e(f,*a,**k):
    try: print(f.__name__,a,k,f(*a,**k))
    except Exception as x: print(f.__name__,a,k,type(x).__name__, x)
B=binascii
for a in ['a','zz','é',1,b'6162','']: e(B.a2b_hex,a)
for a in ['a','ab=','abc','abcde','é','ab==cd','YWJj',b'YW Jj\n','ab==','a=bc']:
    e(B.a2b_base64,a); e(B.a2b_base64,a,strict_mode=True)
for a in ['=abc','a!bc','ab=c','abcd=','abcd====','ab===','ab==\n','']: e(B.a2b_base64,a,strict_mode=True)
e(B.b2a_base64,b'abc',newline=False);e(B.b2a_base64,b'ab');e(B.b2a_base64,b'a');e(B.b2a_base64,b'')
e(B.b2a_hex,b'abc',':',2);e(B.b2a_hex,b'abcde',b'-',-2);e(B.b2a_hex,b'abc','ab');e(B.b2a_hex,b'abc',1);e(B.b2a_hex,b'abc','');e(B.b2a_hex,'a');e(B.hexlify,b'abcdefg','_',3);e(B.hexlify,b'abcdefg','_',0)
for a in [b'!80  ',b'#86)C\n',b'!\x7f',b'!8!!!x',b'']: e(B.a2b_uu,a)
for a in [b'x'*46,b'abc',b'',b'ab']: e(B.b2a_uu,a)
e(B.b2a_uu,b'\0\0',backtick=True)
e(B.crc32,b'abc');e(B.crc32,b'abcdefghijklmnopqrstuvwxyz'*5,5);e(B.crc_hqx,b'abc',7);e(B.a2b_qp,b'a=20b=\nc=zz==');e(B.b2a_qp,b'a b=\t\nfoo ');e(B.b2a_qp,b'a b_\xff'*20,quotetabs=True,header=True);e(B.a2b_qp,'a_b',header=True);e(B.b2a_qp,b'a\r\nb. \r\n.\n'*5,istext=False);e(B.crc32,'a')
r=_random.Random(42); print(r.random(), r.getrandbits(5), r.getrandbits(100), r.getstate()[-1], hash(r.getstate()))
for s in [0,1,-5,2**100,'abc'if 0 else 3.5,None.__class__.__name__=='x']:
    r=_random.Random(s); print(r.random(), r.getrandbits(64))
st=r.getstate(); a=r.random(); r.setstate(st); print(a==r.random())
e(r.setstate,1);e(r.setstate,(1,));e(r.getrandbits,-1);e(r.getrandbits,'a');e(r.getrandbits,0);e(_random.Random,1,2)
