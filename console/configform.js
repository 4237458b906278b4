/**
 * configform -- the fields of each type of configuration (doc/api.md 6.1), and
 * the dialog in which they are edited.
 *
 * A value without a checkmark that is left empty is taken out of the
 * configuration, one behind a checkmark that is on is sent empty: it takes the
 * value away from devices.  A checkmark that is off leaves its values alone.
 */

import {form} from './form.js';
import {Refused, ask, list} from './link.js';
import {post} from './login.js';
import {canSeal, seal} from './seal.js';
import {state} from './store.js';
import {t} from './text.js';

const MESSAGE_MAX = 60000;	// bytes of a message that the server takes

/**
 * @typedef {object} Value
 * @property {string} name
 * @property {'text'|'number'|'check'|'choice'|'secret'|'certs'|'script'} kind
 * @property {string} [needs] its checkmark
 * @property {boolean} [needed] it is sent, even when it is empty
 * @property {Array<string>} [options]
 */

const some = (kind, ...names) => names.map(name => ({name, kind}));
const texts = (...names) => some('text', ...names);
const numbers = (...names) => some('number', ...names);
const checks = (...names) => some('check', ...names);
const needed = values => values.map(one => ({...one, needed: true}));
const choice = (name, ...options) => ({name, kind: 'choice', options,
	needed: true});
const marked = (needs, values) => [...checks(needs),
	...values.map(one => ({...one, needs}))];

const phone = more => [
	...texts('gk1', 'gk2', 'gkId'),
	choice('coder', 'G711A', 'G711u', 'G722', 'OPUS-NB', 'OPUS-WB'),
	...numbers('frameSize'), ...checks('exclusive', ...more.first ?? []),
	...marked('setRecordingUrl', texts('recordingUrl')),
	...checks('silenceComp', 'noDtmfDetect', 'noPhysicalLocation'),
	choice('srtpKey', '0', '1', '2', '3', '4'),
	choice('srtpCipher', '0', '1', '2', '3', '4', '5'),
	...needed(numbers('dialTone')), ...checks(...more.last ?? [])];

/** @type {Object<string, Array<Value>>} */
export const TYPES = {
	ALARM_SERVER: [...texts('url'), ...marked('setLogUrl',
		[...texts('logUrl', 'logUser'), ...some('secret', 'logPassword')])],
	MEDIA: [...texts('stunServer', 'turnServer', 'turnUser'),
		...some('secret', 'turnPassword'), ...texts('tosRtp', 'tosSig'),
		...marked('setRtpPorts', numbers('rtpFirst', 'rtpNum')),
		...marked('setNatPorts', numbers('natFirst', 'natNum'))],
	NTP: needed(texts('ntp1', 'ntp2', 'tz')),
	TLS_PROFILE: [choice('profile', 'normal', 'fast', 'secure', 'strict')],
	PHONE: phone({last: ['audioOnly', 'noCtHookOn', 'protectCfg',
		'allowUserCfg', 'hideCompleteCfg', 'hideAdminCfg']}),
	FXS_PHONE: phone({first: ['fax']}),
	TRUST_LIST: some('certs', 'certs'),
	EXPERT: some('script', 'script'),
};

const KEYS = ['SDES-DTLS', 'DTLS-SDES', 'SDES', 'DTLS'];
const CIPHERS = ['AES128/32', 'AES128/80', 'AES192/32', 'AES192/80',
	'AES256/32', 'AES256/80'];

/** What an option is called: the vendor's names need no translation. */
export function optionText(name, option) {
	return name === 'srtpKey' ? KEYS[option] ?? t('none')
		: name === 'srtpCipher' ? CIPHERS[option] ?? option : option;
}

/** What somebody is told about a field, where there is something. */
const HINTS = {dialTone: 'config.dialTone.hint', tosRtp: 'config.tos.hint',
	tosSig: 'config.tos.hint', ntp2: 'config.empty.hint',
	tz: 'config.tz.hint', frameSize: 'config.frameSize.hint',
	rtpFirst: 'config.first.hint', rtpNum: 'config.num.hint',
	natFirst: 'config.first.hint', natNum: 'config.num.hint',
	script: 'config.script.hint', certs: 'config.certs.hint'};

const CONTROLS = {secret: 'password', certs: 'lines', script: 'lines'};

/** @param {Value} one @param {object} config empty, when it is a new one */
function control(one, config) {
	const {name, kind, needs, options} = one;
	const hidden = kind === 'secret' || kind === 'certs';
	const kept = hidden && config.id && 'config.kept.hint';
	const hint = kept || HINTS[name];
	return {name, needs, type: CONTROLS[kind] ?? kind,
		label: t('config.' + name), hint: hint && t(hint),
		autocomplete: kind === 'secret' ? 'new-password' : undefined,
		options: options?.map(each => [each, optionText(name, each)]),
		value: hidden ? '' : config[name] ?? options?.[0]};
}

function valueOf({name, kind, needs, needed}, text, config) {
	if (kind === 'check' || kind === 'choice' || kind === 'script')
		return text;
	if (kind === 'certs')
		return text === '' && config.id ? undefined : [{pem: text}];
	if (text === '' && (kind === 'number' || !needed && !needs))
		return config[name] === undefined ? undefined : null;
	return kind === 'number' ? Number(text) : text;
}

/** The members of a message that say what was typed. */
function members(type, typed, config) {
	const fields = TYPES[type].filter(({kind, needs}) => kind !== 'secret'
		&& (!needs || typed[needs]));
	return Object.fromEntries(fields.map(one => [one.name,
		valueOf(one, typed[one.name], config)]));
}

function secretsOf(type, typed) {
	return Object.fromEntries(TYPES[type].filter(({name, kind, needs}) =>
		kind === 'secret' && typed[name] && (!needs || typed[needs]))
		.map(({name}) => [name, typed[name]]));
}

/** Secrets go sealed; where that cannot be, as over HTTP, in clear. */
function send(message, secrets) {
	if (JSON.stringify(message).length > MESSAGE_MAX)
		throw new Refused({error: 'script too long', field: 'script'});
	if (Object.keys(secrets).length === 0)
		return ask(message);
	const sealed = canSeal();
	const whole = {...message, config: {...message.config,
		...sealed ? seal(secrets) : secrets}};
	return sealed ? ask(whole) : post(whole);
}

/** Warnings of the script that was saved last, by id and revision. */
const warned = new Map();

/** @returns {Array<{warning: string, line: number}>} */
export function warningsOf(config) {
	const last = warned.get(config.id);
	return last?.revision === config.revision ? last.warnings : [];
}

/** Without a key and a cookie there is no way for secrets (myApps). */
function fieldsOf(type, config) {
	return TYPES[type].filter(({kind}) => kind !== 'secret' || !state.framed)
		.map(one => control(one, config));
}

/** Those that it can have, and that it has. */
async function categoriesFor({domainId, categories = []}) {
	const all = await list({mt: 'GetCategories', domainId}, 'categories');
	return all.map(one => ({...one, has: categories.some(({name}) =>
		name === one.name)})).filter(one => one.config || one.has);
}

/** None is "for all", but of one that is for nobody it is not. */
function chosen(all, typed, config) {
	const names = all.filter(one => typed[`c${one.id}`]).map(one => one.name);
	return names.length || !config.matchesNone ? names : undefined;
}

/**
 * Add one, or edit it; a promise of the answer, or of undefined.
 * @param {object} config with domainId and type; with id and values: that one
 */
export async function editConfig(config) {
	const {id, domainId, type} = config, {here} = state;
	const all = await categoriesFor(config);
	const answer = await form({here, title: t('config.type.' + type), fields: [
		{name: 'desc', label: t('config.desc'), value: config.desc},
		...fieldsOf(type, config),
		{type: 'note', name: 'for', label: t('config.for.hint')},
		...all.map(one => ({name: `c${one.id}`, type: 'check', label: one.name,
			value: one.has}))],
	send: typed => send({mt: id ? 'EditDeviceConfig' : 'AddDeviceConfig',
		config: {...id ? {id} : {domainId, type}, desc: typed.desc,
			categories: chosen(all, typed, config),
			...members(type, typed, config)}}, secretsOf(type, typed))});
	if (answer)
		warned.set(answer.id, {revision: answer.revision,
			warnings: answer.warnings ?? []});
	return answer;
}
