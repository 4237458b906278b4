/**
 * draw -- descriptions (html.js) become elements of the document.
 *
 * What is there stays, as far as it is described alike: a field that somebody
 * types in keeps its text, selection and focus.  Elements with a key are known
 * by it among their siblings; others by their place.
 */

import {add} from './html.js';

const SVG = 'http://www.w3.org/2000/svg';

/** What each element was described as, and its listeners. */
const drawn = new WeakMap();
const heard = new WeakMap();

function hear(event) {
	heard.get(event.currentTarget)?.[event.type]?.(event);
}

function listen(element, type, fn) {
	let listeners = heard.get(element);
	if (!listeners)
		heard.set(element, listeners = {});
	if (!(type in listeners))
		element.addEventListener(type, hear,
			{passive: type === 'scroll' || type === 'wheel'});
	listeners[type] = fn;
}

function toggle(element, name, yes) {
	element.toggleAttribute(name, yes);
	// Once somebody has chosen, the attribute of an option counts no more.
	if (name === 'selected')
		element.selected = yes;
}

/** One attribute, as its first character says; undefined takes it away. */
function set(element, name, value) {
	const none = value === false || value === null || value === undefined;
	if (name[0] === '@')
		listen(element, name.slice(1), value);
	else if (name[0] === '.')
		element[name.slice(1)] = value ?? '';
	else if (name.startsWith('style:'))
		element.style.setProperty(name.slice(6), none ? '' : value);
	else if (name[0] === '?')
		toggle(element, name.slice(1), Boolean(value));
	else if (none)
		element.removeAttribute(name);
	else
		element.setAttribute(name, value === true ? '' : value);
}

/** A property is set when what it shall be changes, not when somebody typed. */
function attributes(element, before, now) {
	for (const name in before)
		if (!(name in now))
			set(element, name, undefined);
	for (const name in now)
		if (now[name] !== before[name])
			set(element, name, now[name]);
}

function make(what, svg) {
	if (typeof what === 'string')
		return document.createTextNode(what);
	const inside = svg || what.tag === 'svg';
	const element = inside ? document.createElementNS(SVG, what.tag)
		: document.createElement(what.tag);
	children(element, [], what.kids, inside);
	attributes(element, {}, what.attrs);
	return element;
}

function same(a, b) {
	return typeof a === typeof b
		&& (typeof a === 'string' || a.tag === b.tag && a.key === b.key);
}

/** The node of `before` is made what `now` says. */
function update(node, before, now, svg) {
	if (typeof now === 'string') {
		if (before !== now)
			node.data = now;
		return;
	}
	if (before === now)
		return;
	children(node, before.kids, now.kids, svg || now.tag === 'svg');
	attributes(node, before.attrs, now.attrs);
}

/** Where each key of `list` stands, with its node. */
function byKey(list, nodes) {
	const found = new Map();
	list.forEach((one, i) => {
		if (one.key !== undefined)
			found.set(one.key, [nodes[i], one]);
	});
	return found;
}

function children(parent, before, now, svg) {
	const nodes = [...parent.childNodes];
	const keyed = byKey(before, nodes);
	const stay = new Set();
	const next = now.map((what, i) => {
		let [node, was] = keyed.get(what.key) ?? [];
		if (what.key === undefined && i < before.length
			&& same(before[i], what))
			[node, was] = [nodes[i], before[i]];
		if (!node || !same(was, what))
			return make(what, svg);
		stay.add(node);
		update(node, was, what, svg);
		return node;
	});
	for (const node of nodes)
		if (!stay.has(node))
			node.remove();
	next.forEach((node, i) => {
		if (parent.childNodes[i] !== node)
			parent.insertBefore(node, parent.childNodes[i] ?? null);
	});
}

/**
 * Make the children of `parent`, all of which were drawn by this, what `what`
 * describes.
 * @param {Element} parent
 * @param {import('./html.js').Drawable} what
 */
export function draw(parent, what) {
	const now = add([], what);
	children(parent, drawn.get(parent) ?? [], now, false);
	drawn.set(parent, now);
}
