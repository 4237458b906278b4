/**
 * app -- the console as the visible App of myApps: it logs in by the parent, is
 * coloured and speaks as the parent says, and opens devices for other Apps.
 */

import {open, socketAt} from './link.js';
import {begin, enter, framed, given, hear, NoLogin, ownSocket, post, register}
	from './myapps.js';
import {go} from './route.js';
import {paint} from './shell.js';
import {change, state} from './store.js';
import {speak} from './text.js';

const API = 'com.innovaphone.devicesui';

/** The device that was asked for before the login. */
let wanted = '';

function openDevice(hwId) {
	if (typeof hwId !== 'string' || !hwId)
		return;
	if (state.phase === 'open')
		go('device', hwId);
	else
		wanted = hwId;
}

function request({api, msg}) {
	if (api !== API || msg?.mt !== 'OpenDevice')
		return;
	openDevice(msg.hwId);
	post({mt: 'Action', type: 'ShowApp'});
}

const messages = {
	ApiRequest: request,
	SetArgs({args}) {
		if (args?.hwId)
			openDevice(args.hwId);
		else
			go('devices');
	},
	SetLang: ({lang}) => typeof lang === 'string' && speak(lang.slice(0, 2)),
	SetScheme({scheme}) {
		if (scheme === 'light' || scheme === 'dark')
			paint(scheme);
	},
};

/** Connect by the parent's login, again and again.
 * @param {function(): void} opened */
function connect(opened) {
	let first = true;
	open(async send => {
		try {
			await enter(send);
			state.me = await send({mt: 'GetMe'});
		} catch (error) {
			if (error instanceof NoLogin)
				change({refusal: error.message});
			throw error;
		}
		change({refusal: ''});
		register(API);
		if (first)
			opened();
		if (wanted)
			go('device', wanted);
		first = false;
		wanted = '';
		return true;
	}, () => {});
}

/** True: this page is a frame, and logs in by its parent. */
export function beginApp(opened) {
	if (!framed)
		return false;
	hear(messages);
	begin();
	if (given.title)
		document.title = given.title;
	openDevice(given.args.hwId);
	change({framed: true, title: given.title});
	socketAt(ownSocket());
	connect(opened);
	return true;
}
