/**
 * text -- the words of the person's language, and dates and numbers as it
 * writes them.
 *
 * Catalogues are modules, one per language, that are loaded when they are
 * wanted.  What one lacks stands in English; what English lacks, in braces.
 */

import en from './en.js';
import {change, state} from './store.js';

/** Language => its own name. */
export const languages = {en: 'English', de: 'Deutsch'};

let words = en;

/** What follows from the language; made anew when that changes. */
let made = {};

function cached(name, make) {
	return made[name] ??= make();
}

/**
 * The text of a name; ${x} in it stands for a value.  A text in two forms is
 * chosen by the value n.
 * @param {string} name
 * @param {Object<string, string|number>} [values]
 * @returns {string}
 */
export function t(name, values = {}) {
	let text = words[name] ?? en[name] ?? `{${name}}`;
	if (typeof text === 'object') {
		const plural = cached('plural',
			() => new Intl.PluralRules(state.lang));
		text = text[plural.select(values.n)] ?? text.other;
	}
	return text.replace(/\{(\w+)\}/g, (all, one) => {
		const value = values[one];
		return typeof value === 'number' ? number(value) : value ?? all;
	});
}

/** Is there such a text? */
export function has(name) {
	return name in en;
}

/** @param {string} lang another one than we have is English */
export async function speak(lang) {
	const name = lang in languages ? lang : 'en';
	let next = en;
	if (name !== 'en')
		next = (await import(`./${name}.js`)).default;
	words = next;
	made = {};
	document.documentElement.lang = name;
	change({lang: name});
}

export function number(n) {
	return cached('number', () => new Intl.NumberFormat(state.lang))
		.format(n);
}

/** Of 1/1000, as balances are counted. */
export function amount(n) {
	return cached('amount', () => new Intl.NumberFormat(state.lang,
		{minimumFractionDigits: 0, maximumFractionDigits: 3}))
		.format(n / 1000);
}

/** Day and time of milliseconds, in the person's zone; 0: never. */
export function when(ms) {
	return ms ? cached('when', () => new Intl.DateTimeFormat(state.lang,
		{dateStyle: 'medium', timeStyle: 'short'})).format(ms) : '–';
}

export function day(ms) {
	return ms ? cached('day', () => new Intl.DateTimeFormat(state.lang,
		{dateStyle: 'medium'})).format(ms) : '–';
}

export function clock(ms) {
	return cached('clock', () => new Intl.DateTimeFormat(state.lang,
		{weekday: 'short', hour: '2-digit', minute: '2-digit'})).format(ms);
}

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** "3 days ago", in the greatest unit that fits. */
export function ago(ms) {
	const seconds = Math.max(0, (Date.now() - ms) / 1000);
	const [unit, size] = UNITS.find(([, s]) => seconds >= s) ?? UNITS[3];
	return cached('ago', () => new Intl.RelativeTimeFormat(state.lang,
		{numeric: 'auto'})).format(-Math.floor(seconds / size), unit);
}

/** What an error of the server says, in the person's language if we know. */
export function errorText(error) {
	const name = 'error.' + error.message;
	return has(name) ? t(name) : error.message;
}
