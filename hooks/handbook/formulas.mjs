/**
 * Turns TeX into MathML: reads one request per line from standard input, writes one answer per line.
 *
 * A request is `{macros, formulas: [{tex, display}]}`, an answer is a list of `{mathml, wide}` or `{error}` in the same
 * order. Knows nothing of pages, caches and HTML around a formula.
 *
 * The renderer builds a tree. The tree is refined where browsers set plain MathML worse than TeX does, and what
 * it gives is checked against a list of harmless elements and attributes.
 */
import { createInterface } from "node:readline";
import temml from "temml";

const LONGEST_SOURCE = 5000;
const LIMITS = { maxExpand: 1000, maxSize: [20, 300], trust: false, throwOnError: true };
const THIN_SPACE = "0.1667em";
const ELLIPSIS = "\u2026";
const PRIMES = /^\u2032+$/;
const APPLY_FUNCTION = "\u2061";

/** Wider than this, in em, a formula may not fit a phone. The estimate errs on the wide side. */
const PHONE_WIDTH = 17;

const ELEMENTS = new Set(
  ("math mi mn mo ms mspace mtext mrow mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover " +
    "munderover mmultiscripts mprescripts none mtable mtr mtd").split(" "),
);
const ATTRIBUTES = new Set(
  ("accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height largeop linebreak " +
    "linethickness lspace mathbackground mathcolor mathvariant maxsize minsize movablelimits rowalign rowlines " +
    "rowspacing rspace scriptlevel separator side stretchy symmetric voffset width").split(" "),
);
/** Lengths, keywords and colors, one after the other: no address. */
const STYLE = /^([a-z-]+:[\w#.% -]*;)*$/;
const CLASS = /^[\w -]*$/;
/** A formula that reaches further than this from its place would lie over something else. */
const LENGTH = /(-?[\d.]+)(?:em|ex)/g;
const LONGEST = 40;
const TAG = /<\/?([\w-]+)((?:\s[\w-]+=(?:"[^"]*"|'[^']*'))*)\s*>/g;
const ATTRIBUTE = /\s([\w-]+)=(?:"([^"]*)"|'([^']*)')/g;

/** Elements whose children from the second on are set small. */
const SCRIPTED = new Set(["msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"]);

/** Classes by which the renderer corrects accents in older browsers; the stylesheet has one class for all of them. */
const CORRECTION = /^(wbk|chr)-|^tml-(hat|tilde|vec|prime|sml|med|lrg)/;

/** Of signs that look alike, those which the font draws at the height of an accent. */
const ACCENT_SIGNS = { "~": "\u02DC", "\u203E": "\u00AF" };

/** Lines as stretching accents: browsers draw them alike, which they do not do for <menclose>. */
const LINES = { top: { type: "mover", line: "\u203E" }, bottom: { type: "munder", line: "_" } };

/** @typedef {{type?: string, text?: string, attributes: Record<string, string>, children: Node[], classes: string[], style: Record<string, string>}} Node */

/** Refuses markup that could do more than show a formula. @param {string} markup */
function check(markup) {
  const rest = markup.replace(TAG, (_, element, attributes) => {
    if (!ELEMENTS.has(element)) throw new Error(`This needs <${element}>, which a formula may not hold`);
    for (const [, name, value = ""] of attributes.matchAll(ATTRIBUTE)) {
      const harmless = name === "style" ? STYLE.test(value) : name === "class" ? CLASS.test(value) : ATTRIBUTES.has(name);
      const far = [...value.matchAll(LENGTH)].some(([, length]) => Math.abs(length) > LONGEST);
      if (far) throw new Error(`This needs ${name}="${value}", and a length has at most ${LONGEST} em`);
      if (!harmless) throw new Error(`This needs ${name}="${value}", which a formula may not hold`);
    }
    return "";
  });
  if (rest.includes("<")) throw new Error("This gives markup that can't be checked");
}

/** @param {Node} node @returns {string} */
const text = (node) => node.text ?? node.children.map(text).join("");

/** @param {Node} node */
const isOperator = (node) => node?.type === "mo";

/** Is this a function's name ("log")? The renderer puts an invisible operator after it. @param {Node[]} row @param {number} i */
const isFunction = (row, i) =>
  row[i].type === "mrow" ? row[i].children[1]?.type === "mo" && text(row[i]).endsWith(APPLY_FUNCTION)
  : row[i].type === "mi" && row[i + 1] !== undefined && text(row[i + 1]) === APPLY_FUNCTION;

/**
 * Around a function's name TeX sets a thin space next to letters, numbers and closing brackets, and none next to operators.
 * The renderer forgets the space after a bracket, and sets one before a relation.
 * @param {Node[]} row @returns {Node[]}
 */
function spaceFunctions(row) {
  return row.flatMap((node, i) => {
    const [before, after] = [row[i - 1], row[i + 1]];
    if (node.type === "mspace") {
      const superfluous = before && text(before) === APPLY_FUNCTION && isOperator(after) && after.attributes.form !== "prefix";
      return superfluous ? [] : [node];
    }
    const close = before && !["mo", "mspace"].includes(before.type) && !text(before).endsWith(APPLY_FUNCTION);
    if (!close || !isFunction(row, i) || node.children[0]?.type === "mspace") return [node];
    const space = new node.constructor("mspace");
    space.attributes.width = THIN_SPACE;
    return [space, node];
  });
}

/** The sign over a letter; the stylesheet keeps it from being set small. @param {Node} node */
function markAccent(node) {
  delete node.style.mathDepth;
  node.classes.push("formula-accent");
  const [sign] = node.children;
  sign.text = ACCENT_SIGNS[sign.text] ?? sign.text;
}

/**
 * The font draws primes where they belong; as superscripts they would be raised twice. A subscript follows them.
 * @param {Node} node
 */
function lowerPrimes(node) {
  const Node = node.constructor;
  const [base, ...scripts] = node.children;
  const primed = new Node("mrow", [base, scripts.pop()]);
  if (node.type === "msup") Object.assign(node, primed);
  else Object.assign(node, { type: "msub", children: [primed, ...scripts] });
}

/** \overline and \underline. @param {Node} node */
function drawLine(node) {
  const { type, line } = LINES[node.attributes.notation];
  const Node = node.constructor;
  const accent = new Node("mo", [{ text: line, toMarkup: () => line, toText: () => line }]);
  accent.attributes.stretchy = "true";
  accent.classes.push("formula-accent");
  Object.assign(node, { type, attributes: {}, classes: [], children: [new Node("mrow", node.children), accent] });
}

/** @param {Node} node @param {boolean} small whether the node is a sub- or superscript or a limit */
function refine(node, small = false) {
  if (!node.children) return;
  node.classes = node.classes.filter((name) => !CORRECTION.test(name));
  // TeX leaves no space around operators in small print, nor before the comma in "1, …, n"; browsers do.
  if (isOperator(node) && (text(node) === ELLIPSIS || (small && node.attributes.stretchy !== "true"))) {
    node.attributes.lspace ??= "0";
    node.attributes.rspace ??= "0";
  }
  if (node.style.mathDepth !== undefined) markAccent(node);
  node.children = node.children.flatMap((child) => (child.type === undefined && child.children ? child.children : [child]));
  node.children.forEach((child, index) => refine(child, small || (SCRIPTED.has(node.type) && index > 0)));
  if (node.type === "menclose" && node.attributes.notation in LINES) drawLine(node);
  if (["msup", "msubsup"].includes(node.type) && PRIMES.test(text(node.children.at(-1)))) lowerPrimes(node);
  if (node.type === "mrow") node.children = spaceFunctions(node.children);
}

/** The width of a formula in em, roughly. @param {Node} node @returns {number} */
function width(node) {
  const parts = (node.children ?? []).map(width);
  const sum = parts.reduce((total, part) => total + part, 0);
  const widest = Math.max(0, ...parts);
  switch (node.type) {
    case undefined:
      return node.text === undefined ? sum : [...node.text.replace(APPLY_FUNCTION, "")].length * 0.56;
    case "mo":
      return sum + (node.attributes.fence || node.attributes.lspace ? 0 : 0.4);
    case "mspace":
      return parseFloat(node.attributes.width ?? "0") || 0;
    case "mfrac":
    case "munder":
    case "mover":
    case "munderover":
      return widest;
    case "msub":
    case "msup":
    case "msubsup":
      return parts[0] + 0.7 * Math.max(0, ...parts.slice(1));
    case "mtable": {
      const rows = node.children.map((row) => (row.children ?? []).map(width));
      const columns = Math.max(0, ...rows.map((row) => row.length));
      return Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i] ?? 0)) + 0.8).reduce((a, b) => a + b, 0);
    }
    default:
      return sum;
  }
}

/** The renderer quotes the source after the position and underlines in it; the first line says enough. @param {string} message */
const plain = (message) => message.replace(/:\s*\n[^]*$/, "").trim();

/** @param {{tex: string, display: boolean}} formula @param {Record<string, string>} macros */
function typeset({ tex, display }, macros) {
  try {
    if (tex.length > LONGEST_SOURCE) throw new Error(`A formula has at most ${LONGEST_SOURCE} characters, this one ${tex.length}`);
    // A copy, because \gdef adds to the object it is given: no formula may change another.
    const tree = temml.__renderToMathMLTree(tex, { ...LIMITS, displayMode: display, macros: { ...macros } });
    refine(tree);
    // Browsers know from display="block" what the renderer repeats in a class and a style.
    Object.assign(tree, { classes: [], style: {} });
    const mathml = tree.toMarkup();
    check(mathml);
    return { mathml, wide: width(tree) > PHONE_WIDTH };
  } catch (error) {
    return { error: error instanceof RangeError ? "The formula is nested too deeply" : plain(error.message) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { macros, formulas } = JSON.parse(line);
  process.stdout.write(JSON.stringify(formulas.map((formula) => typeset(formula, macros))) + "\n");
}
