/**
 * relay -- the API com.innovaphone.devices for other Apps: their requests go to
 * the server, its answers to them.
 *
 * Only the messages below pass: what the person may do at the server is more
 * than what this API gives.  Each request has a src of ours on the way, so that
 * two consumers may use the same; in the answer stands what it brought.
 */

import {collect} from './link.js';
import {post} from './myapps.js';

export const API = 'com.innovaphone.devices';

/** Message => the array of its answer, if that is a list in parts. */
const MESSAGES = {
	GetGateways: 'gateways', GetAppPlatforms: 'appPlatforms',
	GetPhones: 'phones', GetDects: 'dects', GetDevice: '',
	GetDevicePhones: '', RemoveDevicePhone: '', HttpGet: '',
	GetProvisioningCode: '',
};

const QUEUE_MAX = 100, QUEUE_MS = 30000;

let ready = false;
let queue = [];

/** Requests that are not answered or go on, each with its consumer. */
const open = new Set();

/** Of these a consumer hears more after the answer. */
function goesOn(one) {
	return one.msg.mt === 'GetProvisioningCode';
}

function give(one, answer) {
	if (!open.has(one))
		return;
	const msg = {...answer};
	delete msg.src;
	if (one.msg.src !== undefined)
		msg.src = one.msg.src;
	post({mt: 'ApiResult', api: API, consumer: one.consumer, src: one.src, msg});
}

function refuse(one, error) {
	const array = MESSAGES[one.msg.mt];
	give(one, {mt: one.msg.mt + 'Result', error,
		...array && {[array]: [], last: true}});
	open.delete(one);
}

async function send(one) {
	try {
		give(one, await collect(one.msg, MESSAGES[one.msg.mt],
			goesOn(one) && (event => give(one, event))));
		if (!goesOn(one))
			open.delete(one);
	} catch (error) {
		refuse(one, error.message);
	}
}

function wait(one) {
	if (queue.length >= QUEUE_MAX) {
		refuse(one, 'busy');
		return;
	}
	queue.push(one);
	setTimeout(() => {
		if (queue.includes(one)) {
			queue = queue.filter(other => other !== one);
			refuse(one, 'busy');
		}
	}, QUEUE_MS);
}

/** ApiRequest of a consumer. */
export function request({api, consumer, src, msg}) {
	if (api !== API || typeof msg?.mt !== 'string')
		return;
	const one = {consumer, src, msg};
	open.add(one);
	if (!Object.hasOwn(MESSAGES, msg.mt))
		refuse(one, 'not supported');
	else if (ready)
		send(one);
	else
		wait(one);
}

/** ApiConsumerClosed: nobody waits for its answers any more. */
export function consumerClosed({consumer}) {
	for (const one of open)
		if (one.consumer === consumer)
			open.delete(one);
	queue = queue.filter(one => open.has(one));
}

/** The connection is there, or not. */
export function setReady(yes) {
	ready = yes;
	if (!yes)
		return;
	for (const one of queue.splice(0))
		send(one);
}
