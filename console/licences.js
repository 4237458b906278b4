/**
 * licences -- the catalogue of what can be rented, for all domains.
 */

import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {button, load, loaded, panel, toast} from './parts.js';
import {state} from './store.js';
import {table} from './table.js';
import {amount, t} from './text.js';

/** @param {object} here here.catalogue gets it */
export function loadCatalogue(here) {
	return load(here, 'catalogue', () => list({mt: 'GetLicences'}, 'licences'));
}

/** What a person types, with a point or a comma, in the 1/1000 that are counted;
 * NaN is refused by the server as no number. */
export function counted(text) {
	return Math.round(Number(String(text).trim().replace(',', '.')) * 1000);
}

async function edit(here, one) {
	if (await form({title: one ? t('licences.edit', {name: one.licence})
		: t('licences.add'), text: one && t('licences.edit.hint'), fields: [
		...one ? [] : [{name: 'licence', label: t('licences.key'), required: true,
			hint: t('licences.key.hint')}],
		{name: 'title', label: t('licences.title'), value: one?.title,
			required: true},
		{name: 'price', label: t('licences.price'), required: true,
			value: one && String(one.price / 1000)},
		{name: 'hardware', label: t('licences.hardware'), type: 'check',
			value: one?.hardware},
		{name: 'retired', label: t('licences.retired'), type: 'check',
			value: one?.retired}],
	send: ({price, ...values}) => ask({mt: 'SetLicence',
		licence: one?.licence, ...values, price: counted(price)})}))
		toast(t('saved'));
	loadCatalogue(here);
}

const columns = (here, may) => [
	{head: t('licences.key'), cell: one => html`<code>${one.licence}</code>`},
	{head: t('licences.title'), size: 'text', cell: one => one.title},
	{head: t('rental.price'), size: 'num', cell: one => amount(one.price)},
	{head: t('licences.hardware'), cell: one => one.hardware ? t('yes') : t('no')},
	{head: t('licences.retired'), cell: one => one.retired ? t('yes') : t('no')},
	{head: '', size: 'right', cell: one => may
		&& button(t('edit'), () => edit(here, one))}];

/** @param {object} here of the screen */
export function licences(here) {
	const may = state.me.admin && !state.me.readOnly;
	return panel(t('licences'), loaded(here.catalogue, rows => rows.length
		? table(columns(here, may), rows, one => one.licence)
		: html`<p class="muted">${t('licences.none')}</p>`),
	may && button(t('licences.add'), () => edit(here)));
}
