/**
 * config -- one configuration: its values, and what is doubtful in its script.
 */

import {TYPES, editConfig, optionText, warningsOf} from './configform.js';
import {forWhom} from './configs.js';
import {domainName} from './fleet.js';
import {confirm} from './form.js';
import {html} from './html.js';
import {ask, askInPieces} from './link.js';
import {liveList} from './live.js';
import {attempt, button, facts, heading, load, loaded, panel, pill, toast}
	from './parts.js';
import {go, href} from './route.js';
import {mayChange, state} from './store.js';
import {t, when} from './text.js';

export function open({id}) {
	const here = {id: Number(id), unfollow() {}};
	ready(here);
	return here;
}

export function close(here) {
	here.unfollow();
}

/** A long script comes before the rest. */
async function get(id) {
	let script = '';
	const {config} = await askInPieces({mt: 'GetDeviceConfig', id},
		piece => { script += piece.value; });
	return script ? {...config, script} : config;
}

/** Its domain's list tells when it is another one. */
export async function ready(here) {
	await load(here, 'config', () => get(here.id));
	if (state.here === here && here.config.rows && !here.configs)
		liveList(here, 'configs', {mt: 'GetDeviceConfigs',
			domainId: here.config.rows.domainId}, () => refresh(here));
}

function refresh(here) {
	const now = here.configs?.rows?.find(one => one.id === here.id);
	if (now && now.changed !== here.config.rows?.changed)
		load(here, 'config', () => get(here.id));
}

async function edit(config) {
	if (await editConfig(config))
		toast(t('saved'));
}

async function remove(config) {
	if (await confirm(t('config.delete', {name: nameOf(config)}),
		t('config.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteDeviceConfig', id: config.id})))
		go('configs', '', {domain: String(config.domainId)});
}

// ---- what is shown -------------------------------------------------------------------

function nameOf(config) {
	return config.desc || t('config.type.' + config.type);
}

function shown({name, kind}, config) {
	if (kind === 'secret')
		return config[name] !== undefined || config.secrets?.includes(name)
			? t('config.secret') : '';
	if (config[name] === undefined)
		return '';
	if (kind === 'check')
		return config[name] ? t('yes') : t('no');
	return kind === 'choice' ? optionText(name, config[name])
		: String(config[name]) || t('config.empty');
}

/** What is behind a checkmark that is off is not handed over. */
function values(config) {
	return facts(TYPES[config.type].filter(({needs}) => !needs || config[needs])
		.map(one => [t('config.' + one.name), shown(one, config)]));
}

function certificates(config) {
	return html`<ul class="list">${config.certs.map(one => html`<li>
		<code>${one.fingerprint}</code></li>`)}</ul>`;
}

/** Each line with its number, and with what is doubtful about it. */
function script(config) {
	if (config.script === undefined)
		return html`<p class="muted">${t('config.script.hidden')}</p>`;
	const warnings = warningsOf(config);
	return html`<div class="scroll"><table class="table script"><tbody>${
		config.script.replace(/\r?\n$/, '').split(/\r?\n/).map((text, i) => html`
		<tr key=${i}><td class="num">${i + 1}</td><td class="text">
			<code>${text}</code>${warnings.filter(({line}) => line === i + 1)
			.map(({warning}) => html`<div>${pill('warn',
				t('config.warning.' + warning))}</div>`)}</td></tr>`)}
		</tbody></table></div>`;
}

function body(config) {
	return config.type === 'EXPERT' ? script(config)
		: config.type === 'TRUST_LIST' ? certificates(config) : values(config);
}

function about(config) {
	return facts([
		[t('col.type'), t('config.type.' + config.type)],
		[t('domain'), html`<a href="${href('configs', '',
			{domain: String(config.domainId)})}">
			${domainName(config.domainId)}</a>`],
		[t('config.for'), forWhom(config)],
		[t('config.revision'), t('n', {n: config.revision})],
		[t('config.changed'), when(config.changed)]]);
}

export function draw(here) {
	const config = here.config?.rows;
	const gone = here.config?.error?.message === 'not found' || here.configs?.rows
		&& !here.configs.rows.some(one => one.id === here.id);
	if (gone)
		return html`<div class="screen">${heading(t('configs'))}
			<div class="empty"><h2>${t('config.gone')}</h2>
			<a class="button" href="#/configs">${t('configs')}</a></div></div>`;
	return html`<div class="screen">${heading(config ? nameOf(config)
		: t('configs'), config && mayChange(config.domainId) && html`
			${button(t('edit'), () => attempt(() => edit(config)))}
			${button(t('delete'), () => remove(config), {kind: 'danger'})}`)}
		${loaded(here.config, () => html`${panel(t('config.about'), about(config))}
			${panel(t('config.values'), body(config))}`, () => ready(here))}
		</div>`;
}
