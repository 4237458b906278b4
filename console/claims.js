/**
 * claims -- connections that name a hardware id without proof: which is it?
 */

import {domainOptions} from './bulk.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask} from './link.js';
import {button, pill, since, toast} from './parts.js';
import {state} from './store.js';
import {t} from './text.js';

/**
 * Put a device into a domain; its connection gets a password by that.
 * @param {string} hwId
 * @param {?object} claim the connection that is the device; null: the only one
 * @param {string} [domainId] to begin with
 * @returns {Promise<*>} undefined: the person left
 */
export function assign(hwId, claim, domainId) {
	const options = domainOptions();
	return form({title: t('assign.title', {id: hwId}), ok: t('assign'),
		text: t('assign.hint'),
		fields: [{name: 'domainId', label: t('domain'), type: 'choice', options,
			value: domainId ?? options[0]?.[0]}],
		async send(values) {
			const {delivered} = await ask({mt: 'AssignDevice', hwId,
				domainId: Number(values.domainId),
				...claim && {boot: claim.boot, conn: claim.conn}});
			toast(delivered ? t('assign.delivered', {id: hwId})
				: t('assign.later', {id: hwId}), () => ask(
				{mt: 'UnassignDevice', hwId}).catch(() => {}));
			return true;
		}});
}

/**
 * The connections that name a device, to choose one of them.
 * @param {object} device
 * @param {Array<object>} claims
 * @param {function(): void} done
 */
export function choose(device, claims, done) {
	return html`<p class="muted">${t('claims.hint')}</p>
		<div class="scroll"><table class="table"><thead><tr>
		<th>${t('address')}</th><th>${t('col.online')}</th>
		<th>${t('col.product')}</th><th>${t('first')}</th><td></td></tr></thead>
		<tbody>${claims.map(one => html`<tr key=${one.boot + one.conn}>
			<td><code>${one.remote}</code></td>
			<td>${one.online ? pill('on', t('here')) : pill('off', t('gone'))}</td>
			<td>${one.product} <small class="muted">${one.version}</small></td>
			<td>${since(one.firstSeen)}</td>
			<td>${!state.me.readOnly && button(t('claims.this'), async () => {
				if (await assign(device.hwId, one,
					device.domainId ? String(device.domainId) : undefined))
					done();
			})}</td></tr>`)}</tbody></table></div>`;
}
