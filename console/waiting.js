/**
 * waiting -- how many devices wait for a domain: the number in the menu.
 */

import {hear} from './fleet.js';
import {ask, whenReady} from './link.js';
import {change, state} from './store.js';

const REST_MS = 1000;	// between two counts
let timer = 0, begun = false;

async function count() {
	timer = 0;
	if (!state.me?.admin)
		return;
	try {
		const {count: unassigned} = await ask({mt: 'GetUnassignedDevicesCount'});
		change({unassigned});
	} catch {
		// the connection is lost: it is counted when it is back
	}
}

function soon() {
	timer ||= setTimeout(count, REST_MS);
}

/** From now on; events say when it may be another number. */
export function watchUnassigned() {
	if (!begun) {
		hear(({mt, device}) => {
			if (mt !== 'DeviceUpdate' || device.domainId === 0)
				soon();
		});
		whenReady(soon);
	}
	begun = true;
	count();
}
