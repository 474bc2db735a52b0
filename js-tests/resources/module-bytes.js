// WebAssembly modules byte by byte, for what no text format writes: loops over
// types, and modules that are wrong.

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
const I64 = 0x7e;
const F32 = 0x7d;
const F64 = 0x7c;
const V128 = 0x7b;
const FUNCREF = 0x70;
const EXTERNREF = 0x6f;
const SECTION = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11, dataCount: 12 };
const KIND = { function: 0, table: 1, memory: 2, global: 3 };

function unsigned(value) {
  const bytes = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return bytes;
}

function text(string) {
  const bytes = [];
  for (const character of string) {
    const point = character.codePointAt(0);
    if (point < 0x80) {
      bytes.push(point);
    } else if (point < 0x800) {
      bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    } else if (point < 0x10000) {
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    } else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
  }
  return [...unsigned(bytes.length), ...bytes];
}

function vector(items) {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id, content) {
  return [id, ...unsigned(content.length), ...content];
}

function custom(name, content) {
  return section(SECTION.custom, [...text(name), ...content]);
}

function functionType(params, results) {
  return [0x60, ...vector(params), ...vector(results)];
}

function body(...code) {
  const content = [0x00, ...code, 0x0b];
  return [...unsigned(content.length), ...content];
}

function moduleBytes(...sections) {
  return new Uint8Array([...HEADER, ...sections.flat()]);
}

// A module whose function "f" has this type and body.
function oneFunction(params, results, ...code) {
  return moduleBytes(
    section(SECTION.type, vector([functionType(params, results)])),
    section(SECTION.function, vector([[0]])),
    section(SECTION.export, vector([[...text("f"), KIND.function, 0]])),
    section(SECTION.code, vector([body(...code)])),
  );
}

// A module that imports "m" "f" of type (param) -> (result) and exports "f", which hands
// its argument on and its result back.
function passThrough(param, result) {
  return moduleBytes(
    section(SECTION.type, vector([functionType([param], [result])])),
    section(SECTION.import, vector([[...text("m"), ...text("f"), KIND.function, 0]])),
    section(SECTION.function, vector([[0]])),
    section(SECTION.export, vector([[...text("f"), KIND.function, 1]])),
    section(SECTION.code, vector([body(0x20, 0x00, 0x10, 0x00)])),
  );
}

function instantiate(bytes, imports) {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
}
