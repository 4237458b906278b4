/**
 * health -- does every part of the instance work?
 */

import {html} from './html.js';
import {fetched} from './link.js';
import {button, heading, load, loaded, panel, pill} from './parts.js';
import {state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

const AGAIN_MS = 5000;

export function open() {
	const here = {};
	ready(here);
	here.timer = setInterval(() => !document.hidden && state.here === here
		&& ready(here), AGAIN_MS);
	return here;
}

export function close(here) {
	clearInterval(here.timer);
}

/** 503 has an answer, too: it says what is down. */
export function ready(here) {
	load(here, 'health', async () => (await fetched('/health')).json());
}

export {ready as again};

function parts(health) {
	if (!health.parts)
		return html`<p class="muted">${t('health.outside')}</p>`;
	return table([{head: t('health.part'), cell: ([name]) => name},
		{head: t('state'), cell: ([, how]) => how === 'ok'
			? pill('on', t('health.ok')) : pill('bad', how)}],
	Object.entries(health.parts), ([name]) => name);
}

export function draw(here) {
	return html`<div class="screen">${heading(t('health'),
		button(t('again'), () => ready(here)))}
		${loaded(here.health, health => html`
			<p>${health.status === 'ok' ? pill('on', t('health.fine'))
				: pill('bad', t('health.down'))}</p>
			${panel(t('health.parts'), parts(health))}`, () => ready(here))}
		</div>`;
}
