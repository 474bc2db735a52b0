//# JSON.parse, arrays | RangeError|SyntaxError
JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))

//# JSON.parse, arrays without an end | SyntaxError|RangeError
JSON.parse('['.repeat(1e7))

//# JSON.parse, objects | RangeError|SyntaxError
JSON.parse('{"a":'.repeat(1e6) + '1' + '}'.repeat(1e6))

//# JSON.parse with a reviver | RangeError|SyntaxError
JSON.parse('['.repeat(2e5) + ']'.repeat(2e5), (k, v) => v)

//# JSON of a response | RangeError|SyntaxError|ok
new Response('['.repeat(1e6) + ']'.repeat(1e6)).json()

//# JSON of a response without an end | SyntaxError
new Response('['.repeat(1e7)).json()

//# a JSON module | RangeError|SyntaxError|ok
import('data:application/json,' + '['.repeat(2e5) + ']'.repeat(2e5), { with: { type: 'json' } })

//# JSON.stringify, arrays | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; JSON.stringify(a)

//# JSON.stringify, objects | RangeError
let a = {}; for (let i = 0; i < 1e6; i++) a = { a }; JSON.stringify(a)

//# JSON.stringify with indentation | ok|RangeError
let a = []; for (let i = 0; i < 2e3; i++) a = [a]; JSON.stringify(a, null, 1).length

//# JSON.stringify, toJSON | RangeError
let a = {}; for (let i = 0; i < 3e5; i++) { const b = a; a = { toJSON: () => [b] } } JSON.stringify(a)

//# String of an array | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; String(a)

//# join | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; a.join()

//# toLocaleString | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; a.toLocaleString()

//# an array as a key | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; ({})[a]

//# an array as a number | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; +a

//# comparing arrays | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; a == 1

//# toString of typed arrays and other's join | RangeError
let a = []; for (let i = 0; i < 2e5; i++) a = { join: Array.prototype.join, toString: Array.prototype.toString, length: 1, 0: a }; String(a)

//# flat | ok|RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; a.flat(Infinity)

//# flat of itself | RangeError
const a = []; a[0] = a; a.flat(Infinity)

//# concat | ok
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; [].concat(a)

//# sort of arrays as text | RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; [a, a].sort()

//# structuredClone, arrays | ok
let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a)

//# structuredClone, objects | ok
let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; structuredClone(a)

//# structuredClone, maps and sets | ok
let a = {}; for (let i = 0; i < 3e4; i++) a = new Map([[new Set([a]), 1]]); structuredClone(a)

//# structuredClone, errors | ok
let a = {}; for (let i = 0; i < 3e4; i++) a = new Error('', { cause: a }); structuredClone(a)

//# postMessage | ok
let a = []; for (let i = 0; i < 3e5; i++) a = [a]; const { port1, port2 } = new MessageChannel(); port2.onmessage = () => port1.close(); port1.postMessage(a)

//# console.log, arrays | ok
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; console.log(a)

//# console.log, objects | ok
let a = {}; for (let i = 0; i < 1e6; i++) a = { a }; console.log(a)

//# console.dir without a limit of depth | ok|RangeError
let a = {}; for (let i = 0; i < 2e4; i++) a = { a }; console.dir(a, { depth: Infinity })

//# console.log, maps | ok
let a = {}; for (let i = 0; i < 3e4; i++) a = new Map([[a, a]]); console.log(a)

//# console.log, %o and %j | ok|RangeError
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; console.log('%o', a); console.log('%j', a)

//# console.table | ok
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; console.table(a)

//# a promise of a promise of a promise | ok
let p = 1; for (let i = 0; i < 1e5; i++) p = [Promise.resolve(p)]; console.log(p)

//# an uncaught object | {
let a = {}; for (let i = 0; i < 1e6; i++) a = { a }; throw a

//# an uncaught array | [
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; throw a

//# a rejection with an array | [
let a = []; for (let i = 0; i < 1e6; i++) a = [a]; Promise.reject(a)

//# a collection | ok
let a = {}; for (let i = 0; i < 1e6; i++) a = { a }; a = undefined; for (let i = 0; i < 1e6; i++) ({})

//# parentheses | SyntaxError
eval('('.repeat(1e6))

//# parentheses that close | SyntaxError
eval('('.repeat(1e6) + '1' + ')'.repeat(1e6))

//# functions | SyntaxError
eval('(function(){'.repeat(1e5) + '})()'.repeat(1e5))

//# arrow functions | SyntaxError
eval('()=>'.repeat(1e5) + '1')

//# arrow functions with patterns | SyntaxError
eval('([{a:['.repeat(1e5))

//# destructuring | SyntaxError
eval('var ' + '['.repeat(1e5) + 'a' + ']'.repeat(1e5) + '=1')

//# destructuring of objects | SyntaxError
eval('var ' + '{a:'.repeat(1e5) + 'b' + '}'.repeat(1e5) + '=1')

//# templates | SyntaxError
eval('`${'.repeat(1e5) + '1' + '}`'.repeat(1e5))

//# regular expressions and division | SyntaxError|ok
eval('/(/.'.repeat(1e5))

//# prefix operators | SyntaxError
eval('!'.repeat(1e6) + '1')

//# binary operators | SyntaxError
eval('1' + '+1'.repeat(1e6))

//# logical operators | SyntaxError
eval('1' + '&&1'.repeat(1e6))

//# nullish operators | SyntaxError
eval('1' + '??1'.repeat(1e6))

//# powers | SyntaxError
eval('1' + '**1'.repeat(1e6))

//# commas | SyntaxError|ok
eval('1' + ',1'.repeat(1e6))

//# members | SyntaxError|TypeError
eval('globalThis' + '.globalThis'.repeat(1e6))

//# optional chains | SyntaxError|ok
eval('globalThis' + '?.globalThis'.repeat(1e6))

//# calls | SyntaxError|TypeError
eval('Object' + '()'.repeat(1e6))

//# new | SyntaxError
eval('new '.repeat(1e6) + 'Object')

//# conditionals | SyntaxError
eval('1?1:'.repeat(1e5) + '1')

//# assignments | SyntaxError
eval('a='.repeat(1e6) + '1')

//# if and else | SyntaxError
eval('if(1);else '.repeat(1e6) + ';')

//# blocks | SyntaxError
eval('{'.repeat(1e6) + '}'.repeat(1e6))

//# labels | SyntaxError
eval(Array.from({ length: 1e5 }, (_, i) => 'a' + i + ':').join('') + ';')

//# classes | SyntaxError
eval('class A{m(){'.repeat(1e5) + '}}'.repeat(1e5))

//# classes that extend classes | SyntaxError
eval('class A extends '.repeat(1e5) + 'Object' + '{}'.repeat(1e5))

//# computed names | SyntaxError
eval('({['.repeat(1e5) + '1' + ']:1})'.repeat(1e5))

//# yield and await | SyntaxError
eval('function*g(){' + 'yield '.repeat(1e6) + '1}')

//# async arrows | SyntaxError
eval('async()=>await '.repeat(1e5) + '1')

//# spreads | SyntaxError
eval('[...'.repeat(1e5) + '[]' + ']'.repeat(1e5))

//# try | SyntaxError
eval('try{'.repeat(1e5) + '}finally{}'.repeat(1e5))

//# switch | SyntaxError
eval('switch(1){case 1:'.repeat(1e5) + '}'.repeat(1e5))

//# import | SyntaxError
eval('import('.repeat(1e5) + '1' + ')'.repeat(1e5))

//# Function's parameters | SyntaxError
new Function('a = ' + '('.repeat(1e6), '')

//# a module | SyntaxError
import('data:text/javascript,' + '('.repeat(3e5))

//# many statements | ok
eval('1;'.repeat(3e5))

//# many functions | ok
eval('function f(){}'.repeat(5e4))

//# many variables | ok
eval(Array.from({ length: 5e4 }, (_, i) => `var a${i}`).join(';'))

//# a long array | ok
eval('[' + '1,'.repeat(3e5) + ']')

//# a long object | ok
eval('({' + Array.from({ length: 5e4 }, (_, i) => `a${i}:1`).join() + '})')

//# a long string | ok
eval("'" + 'x'.repeat(1e7) + "'")

//# a long name | ok|SyntaxError|ReferenceError
eval('var ' + 'x'.repeat(1e6) + ' = 1')

//# groups of a regular expression | SyntaxError|RangeError
new RegExp('('.repeat(1e6) + ')'.repeat(1e6))

//# groups of a regular expression, some | SyntaxError|ok
new RegExp('(?:'.repeat(2e4) + ')'.repeat(2e4)).exec('a')

//# groups of a regular expression without an end | SyntaxError
new RegExp('('.repeat(1e6))

//# lookaheads | SyntaxError|RangeError
new RegExp('(?='.repeat(1e5) + ')'.repeat(1e5))

//# lookbehinds | SyntaxError|RangeError
new RegExp('(?<='.repeat(1e5) + ')'.repeat(1e5))

//# named groups | SyntaxError|RangeError|ok
new RegExp(Array.from({ length: 5e3 }, (_, i) => `(?<a${i}>`).join('') + ')'.repeat(5e3))

//# classes of a regular expression with the flag v | SyntaxError|RangeError
new RegExp('['.repeat(1e5) + 'a' + ']'.repeat(1e5), 'v')

//# quantifiers | SyntaxError|ok
new RegExp('(?:a{1000}){1000}').exec('a')

//# huge quantifiers | SyntaxError|ok
new RegExp('((a{65535}){65535}){65535}').exec('a'); new RegExp('a{4294967295,4294967296}').exec('aa'); new RegExp('(?:){99999999999999999999}').exec('')

//# alternatives | SyntaxError|ok
new RegExp('a|'.repeat(2e3)).exec('b')

//# a regular expression in the source | SyntaxError|RangeError
eval('/' + '('.repeat(3e4) + ')'.repeat(3e4) + '/')

//# a regular expression that backtracks over a long text | ok
/^(?:.|\n)*$/.exec('x'.repeat(1e5)); /(x*)*y/.exec('x'.repeat(15)); /^(?:x|y)*z/.exec('xy'.repeat(1e5))

//# a regular expression's groups that recurse over a long text | ok
/(a|b)+$/.exec('ab'.repeat(1e5)); /^((a)|(b))*c/.exec('ab'.repeat(5e4)); 'ab'.repeat(2e4).replace(/(?=(a))/g, 'x')

//# lazy quantifiers over a long text | ok
/^(?:a|b)*?c/.exec('ab'.repeat(1e5)); /(?<=(?:a|b)*)c/.exec('ab'.repeat(1e3) + 'c')

//# groups of a URLPattern | TypeError|RangeError|SyntaxError
new URLPattern({ pathname: '{'.repeat(1e5) + '}'.repeat(1e5) })

//# a regular expression of a URLPattern | TypeError|RangeError|SyntaxError
new URLPattern({ pathname: '/(' + '(?:'.repeat(1e5) + ')'.repeat(1e5) + ')' })

//# many parts of a URLPattern | ok|TypeError
new URLPattern({ pathname: '/:a'.repeat(1) + '/*'.repeat(20) }).test('http://x/' + 'a/'.repeat(100))

//# a constructor string of a URLPattern | TypeError|ok
new URLPattern('https://x/' + '{a}?'.repeat(1e4))

//# a URL with many segments | ok
new URL('http://x/' + 'a/'.repeat(1e6) + '../'.repeat(1e6))

//# a URL with a long host | TypeError|ok
new URL('http://' + 'a.'.repeat(1e5) + 'com/')

//# a URL with a host in Unicode | TypeError|ok
new URL('http://' + 'ä.'.repeat(1e4) + 'com/')

//# a URL relative to a relative one | ok
let u = 'http://x/'; for (let i = 0; i < 1e4; i++) u = new URL('a/', u).href.slice(0, 200)

//# a query with many pairs | ok
new URLSearchParams('a=b&'.repeat(5e5)).sort()

//# a form with many parts | ok|TypeError
new Response(('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n').repeat(2e4) + '--x--', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }).formData()

//# a date with nonsense | ok
new Date('('.repeat(1e6)); Date.parse('1'.repeat(1e6)); new Date('-'.repeat(1e6))

//# numbers with many digits | ok
Number('1'.repeat(1e6)); parseInt('1'.repeat(1e6)); parseFloat('0.' + '1'.repeat(1e6)); Number('0x' + 'f'.repeat(1e5))

//# Intl, collation and normalisation of long strings | ok
'a\u0301'.repeat(1e5).normalize('NFC'); 'x'.repeat(1e6).localeCompare('x'.repeat(1e6)); 'ß'.repeat(1e5).toUpperCase()

//# labels and continue in nested loops | SyntaxError
eval('for(;;)'.repeat(1e5) + 'break')

//# a declaration that the engine reads and does not know | ok|SyntaxError
//! The engine reads `await using` and has no place for the name, and panics: the runtime ends with an error of the engine.
(async function () { await using x = null })()
