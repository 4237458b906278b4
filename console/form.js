/**
 * form -- questions to the person, in a dialog.
 *
 *	form({title, fields: [{name, label, ...}], ok, send: async values => ...})
 *
 * send gets the values by name; when it is refused, the error stands at the
 * field it names and all that was typed stays.
 */

import {html} from './html.js';
import {afterwards, change, state} from './store.js';
import {errorText, t} from './text.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {'text'|'password'|'number'|'check'|'choice'|'lines'|'note'|'file'
 *	|'group'} [type]
 * @property {*} [value]
 * @property {string} [hint]
 * @property {Array<[string, string]>} [options] of a choice: value and word
 * @property {Field[]} [fields] of a group: checks, folded up under its label
 * @property {string} [needs] the name of a check without which it is disabled
 * @property {boolean} [required]
 * @property {string} [autocomplete]
 */

let numbers = 0;

/** All fields that have a value. @param {Field[]} [fields] */
function valued(fields = []) {
	return fields.flatMap(one => one.type === 'group' ? one.fields : one);
}

/** Where the person stood before the first of dialogs that follow each other. */
let stood = null;

function standing() {
	const at = document.activeElement;
	if (at !== document.body && !at.closest('dialog'))
		stood = at;
	return stood;
}

/** Back to where the person stood; to the heading if that has gone. */
function stepBack(before) {
	if (!state.dialog)
		(before?.isConnected ? before : document.querySelector('h1'))
			?.focus();
}

/** Whose login it is, as far as a question is about that. */
function who(me) {
	return me && `${me.accountId ?? ''} ${me.domain}`;
}

function open() {
	afterwards(() => {
		const element = document.querySelector('dialog');
		if (element && !element.open)
			element.showModal();
	});
}

/**
 * Ask; a promise of what send gave, or undefined when the person left.
 * @param {object} question with here, the screen that it belongs to, when something
 *	had to be loaded first: who has gone elsewhere meanwhile, or is asked
 *	something else, is not asked
 */
export function form(question) {
	if (question.here && (question.here !== state.here || state.dialog))
		return Promise.resolve();
	return new Promise(done => {
		const before = standing();
		const dialog = {id: ++numbers, ...question, error: null, busy: false,
			whose: who(state.me), values: {}, done(result) {
				// Another one may be open, once an answer has come.
				if (state.dialog === dialog) {
					change({dialog: null});
					afterwards(() => stepBack(before));
				}
				done(result);
				dialog.then?.();
			}};
		for (const field of valued(question.fields))
			dialog.values[field.name] = field.value
				?? (field.type === 'check' ? false : '');
		change({dialog});
		open();
	});
}

/**
 * A login was over in the middle of a question, and there is one again: the same
 * person goes on, with what was typed; another one is not asked.
 * @param {function(): void} then is told once it is answered: whoever asked knows
 *	the screen of the login before
 */
export function resume(then) {
	const {dialog} = state;
	if (!dialog)
		return;
	if (dialog.whose !== who(state.me)) {
		dialog.done();
		return;
	}
	for (const field of valued(dialog.fields))
		if (field.name in dialog.values && field.type !== 'file')
			field.value = dialog.values[field.name];
	dialog.then = then;
	open();
}

/** Yes or no, about a thing that it names. */
export function confirm(title, text, ok, danger = true) {
	return form({title, text, ok, danger, send: async () => true});
}

async function submit(event) {
	const dialog = state.dialog;
	event.preventDefault();
	if (dialog.busy)
		return;
	dialog.busy = true;
	dialog.error = null;
	change();
	try {
		dialog.done(await dialog.send(dialog.values) ?? true);
	} catch (error) {
		dialog.error = error;
		dialog.busy = false;
		change();
		afterwards(() => (document.querySelector('dialog [aria-invalid]')
			?? document.querySelector('dialog [type=submit]'))?.focus());
	}
}

function typed(field, event) {
	const {target} = event;
	state.dialog.values[field.name] = field.type === 'check' ? target.checked
		: field.type === 'file' ? target.files[0] : target.value;
	change();
}

function choice(field, common) {
	return html`<select id="${common.id}" name="${field.name}"
		?disabled=${common.disabled} @change=${common.input}>
		${field.options.map(([value, word]) => html`<option value="${value}"
			?selected=${String(field.value ?? '') === value}>${word}</option>`)}
		</select>`;
}

function control(field, common) {
	if (field.type === 'choice')
		return choice(field, common);
	if (field.type === 'lines')
		return html`<textarea id="${common.id}" name="${field.name}" rows="8"
			spellcheck="false" ?disabled=${common.disabled}
			aria-invalid=${common.invalid} aria-describedby="${common.id}-hint"
			.value=${field.value ?? ''} @input=${common.input}></textarea>`;
	const type = field.type === 'check' ? 'checkbox' : field.type ?? 'text';
	return html`<input id="${common.id}" name="${field.name}" type="${type}"
		?disabled=${common.disabled} ?required=${field.required}
		aria-invalid=${common.invalid} aria-describedby="${common.id}-hint"
		autocomplete="${field.autocomplete ?? 'off'}" spellcheck="false"
		.checked=${type === 'checkbox' && Boolean(field.value)}
		.value=${type === 'file' || type === 'checkbox' ? '' : field.value ?? ''}
		@input=${common.input}>`;
}

/** Open at first if one of it is chosen. @param {Field} group */
function fold(dialog, {label, fields}) {
	const chosen = fields.filter(one => dialog.values[one.name]).length;
	return html`<details ?open=${fields.some(one => one.value)}>
		<summary>${label} <span class="muted">${t('n.of',
		{n: chosen, all: fields.length})}</span></summary>
		${fields.map(one => row(dialog, one))}</details>`;
}

/** @param {Field} field */
function row(dialog, field) {
	if (field.type === 'note')
		return html`<p class="note">${field.label}</p>`;
	if (field.type === 'group')
		return fold(dialog, field);
	const wrong = dialog.error?.field === field.name;
	const common = {id: `f${dialog.id}-${field.name}`,
		disabled: field.needs && !dialog.values[field.needs],
		invalid: wrong ? 'true' : undefined,
		input: event => typed(field, event)};
	return html`<div class="field ${field.type}">
		<label for="${common.id}">${field.label}</label>
		${control(field, common)}
		<small id="${common.id}-hint">${wrong ? errorText(dialog.error)
			: field.hint}</small></div>`;
}

function buttons(dialog) {
	return html`<footer>
		<button type="button" class="button" @click=${() => dialog.done()}>
			${dialog.ok === null ? t('close') : t('cancel')}</button>
		${dialog.ok !== null && html`<button type="submit"
			class="button ${dialog.danger ? 'danger' : 'primary'}"
			?disabled=${dialog.busy}>${dialog.ok ?? t('save')}</button>`}
		</footer>`;
}

/** The dialog that is open. */
export function drawDialog() {
	const {dialog} = state;
	if (!dialog)
		return null;
	const loose = dialog.error && !dialog.fields?.some(field =>
		field.name === dialog.error.field);
	return html`<dialog key=${dialog.id} aria-labelledby="dialog-title"
		@cancel=${event => { event.preventDefault(); dialog.done(); }}>
		<form @submit=${submit}>
			<h2 id="dialog-title">${dialog.title}</h2>
			${dialog.text && html`<p>${dialog.text}</p>`}
			${dialog.body?.()}
			${dialog.fields?.map(field => row(dialog, field))}
			${loose && html`<p class="wrong" role="alert">
				${errorText(dialog.error)}</p>`}
			${buttons(dialog)}
		</form></dialog>`;
}
