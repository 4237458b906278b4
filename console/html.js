/**
 * html -- templates that describe what a page shows.
 *
 *	html`<p class="${kind}">${name}</p>`
 *
 * gives descriptions of elements, which draw.js brings into the document.  A
 * value is text, a description, or a list of both; it never becomes markup,
 * wherever it came from.  false, null and undefined are nothing.
 *
 * In place of an attribute stand
 *	@click=${fn}		a listener
 *	?disabled=${truth}	there or not
 *	.value=${x}		a property of the element
 *	style:top=${x}		one of its style, which needs no inline style
 *	key=${x}		what keeps an element itself among its siblings
 *
 * A template is written as XML: what is opened is closed, void elements end in
 * "/>" or not.  It is read once, however often it is drawn.
 */

/**
 * @typedef {object} Description
 * @property {string} tag
 * @property {*} [key]
 * @property {Object<string, *>} attrs what stands in the element, "@", "?",
 *	"." and "style:" with their names
 * @property {Array<Description|string>} kids
 */

/** @typedef {string|number|false|null|undefined|Description|Array<*>} Drawable */

/** @type {WeakMap<TemplateStringsArray, Array<*>>} */
const known = new WeakMap();

const VOID = new Set(['input', 'br', 'img', 'hr', 'link', 'col', 'wbr']);
const MARK = '\u0001';
const TAG = /<(\/?)([a-z][\w-]*)((?:\s+[^\s=>/]+(?:=(?:"[^"]*"|[^\s>\/]*))?)*)\s*(\/?)>/y;
const ATTRIBUTE = /([^\s=]+)(?:=(?:"([^"]*)"|(\S+)))?/g;

/** Text with marks as the pieces between and the places of values. */
function pieces(text) {
	return text.split(MARK).map((piece, i) => i % 2 ? Number(piece) : piece)
		.filter(piece => piece !== '');
}

/** Blanks of the source are one blank; beside a line's end they are none. */
function squeezed(text) {
	return text.replace(/^\s*\n\s*|\s*\n\s*$/g, '').replace(/\s+/g, ' ');
}

function attributesOf(text) {
	return [...text.matchAll(ATTRIBUTE)].map(([, name, quoted, bare]) =>
		[name, pieces(quoted ?? bare ?? '')]);
}

/** The tree of a template: values stand in it as their numbers. */
function parse(strings) {
	const source = strings.reduce((all, part, i) =>
		all + MARK + (i - 1) + MARK + part);
	const root = {kids: []}, open = [root];
	let at = 0;
	while (at < source.length) {
		const top = open[open.length - 1];
		TAG.lastIndex = at;
		const tag = TAG.exec(source);
		if (!tag) {
			const end = source.indexOf('<', at + 1);
			const text = source.slice(at, end < 0 ? undefined : end);
			top.kids.push(...pieces(squeezed(text)));
			at += text.length;
			continue;
		}
		at = TAG.lastIndex;
		if (tag[1]) {
			if (open.pop().tag !== tag[2])
				throw new Error(`template: </${tag[2]}> is not open`);
			continue;
		}
		const element = {tag: tag[2], attrs: attributesOf(tag[3]), kids: []};
		top.kids.push(element);
		if (!tag[4] && !VOID.has(tag[2]))
			open.push(element);
	}
	if (open.length > 1)
		throw new Error(`template: <${open.pop().tag}> is not closed`);
	return root.kids;
}

function valueOf(parts, values) {
	if (parts.length === 0)
		return '';
	if (parts.length === 1)
		return typeof parts[0] === 'number' ? values[parts[0]] : parts[0];
	return parts.map(part => typeof part === 'number' ? values[part] ?? ''
		: part).join('');
}

/** @returns {Description|*} */
function fill(node, values) {
	if (typeof node === 'number')
		return values[node];
	if (typeof node === 'string')
		return node;
	const made = {tag: node.tag, attrs: {}, kids: []};
	for (const [name, parts] of node.attrs) {
		if (name === 'key')
			made.key = valueOf(parts, values);
		else
			made.attrs[name] = valueOf(parts, values);
	}
	add(made.kids, node.kids.map(kid => fill(kid, values)));
	return made;
}

/** Lists become flat; nothing becomes an empty text, which keeps the places of
 * those behind it; all else that is no element becomes text. */
export function add(kids, value) {
	if (Array.isArray(value))
		for (const one of value)
			add(kids, one);
	else if (value === false || value === null || value === undefined)
		kids.push('');
	else
		kids.push(typeof value === 'object' ? value : String(value));
	return kids;
}

/**
 * @param {TemplateStringsArray} strings
 * @param {...*} values
 * @returns {Array<Description|string>}
 */
export function html(strings, ...values) {
	let tree = known.get(strings);
	if (!tree)
		known.set(strings, tree = parse(strings));
	return add([], tree.map(node => fill(node, values)));
}
