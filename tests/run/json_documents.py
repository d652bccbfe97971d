# Reading and writing JSON, and where documents are wrong.
import json,_json
def e(f):
    try: print(repr(f()))
    except Exception as x: print(type(x).__name__, x, getattr(x,'__notes__',None))
for s in ['','[','[1','[1,','[1,]','{','{"a"','{"a":','{"a":1','{"a":1,','{"a":1,}','{1:2}','nul','-','1.','1e','01','"a','"\\u12','"\\x"','"\x01"','[1 2]','{"a" 1}','tru','-Infinity','NaN','Infinity','-NaN','"\\ud834\\udd20"','"\\ud834x"','"\\u00e9"','1.5e3','-0','-0.0','123456789012345678901234567890','"\\"','{"a":1 "b"}','[1,\n2,]','{"a":[1,2.5,{"b":null}],"c":"é\u2028😀"}','"\\ud834\\u12"','"\\ud834\\udd2g"',' [ 1 , 2 ] ']:
    e(lambda: json.loads(s))
class E: pass
for o in [E(),{E():1},{(1,2):3},float('nan'),[1,[2,{"a":None,True:False,1.5:2,None:3}]],{'b':1,'a':2},"é\u2028\U0001f600\x00\"\\/",{1:E()},[E()],1e100,-0.0,10**30,-5,2**62,(1,2)]:
    e(lambda: json.dumps(o)); 
e(lambda: json.dumps({(1,2):3},skipkeys=True)); e(lambda: json.dumps({'b':1,'a':2},sort_keys=True)); e(lambda: json.dumps(float('inf'),allow_nan=False)); e(lambda: json.dumps([1,{'a':[]}],indent=2)); e(lambda: json.dumps([],indent=2)); e(lambda: json.dumps({},indent=2)); e(lambda: json.dumps("é",ensure_ascii=False)); l=[]; l.append(l); e(lambda: json.dumps(l)); d={}; d['a']=d; e(lambda: json.dumps(d)); e(lambda: json.dumps([1,2],separators=(',',':')));e(lambda: json.dumps({'a':{'b':1},'c':[1,2]},indent='\t'))
e(lambda: json.loads('{"a":1}',object_pairs_hook=list)); e(lambda: json.loads('{"a":1}',object_hook=lambda d:len(d)));e(lambda: json.loads('[1.5,2]',parse_float=str,parse_int=str)); e(lambda: _json.scanstring('abc"d',0)); e(lambda: _json.scanstring(1,0)); e(lambda: _json.encode_basestring(1)); e(lambda: json.dumps(E(),default=lambda o:[1]))
