// nbgrader's list copies files and says when. What is not saved yet would stay behind without a
// word, nothing says which bytes arrived, how far they are, or that there is a page by now, and a
// fetched page has to be looked for in folders. nbgrader has no setting and no hook for any of
// that, so this stands beside its buttons: it saves first, shows the receipts of
// `alpaca_course.server.submit_button`, and opens the page that Fetch Feedback brought.
//
// Written as JupyterLab loads a built extension: a container with `init` and `get`, no build.

const NAME = 'alpaca-hand-in';
const FETCH = 'alpaca:fetch-feedback';
const LIST = '#nbgrader-assignment-list';
const SUBMITTED = `${LIST} #submitted_assignments_list`;
// Milliseconds.
const ARRIVES = 60000;
const FOLLOWED = 20 * 60000;
const UNTOLD = 30000;

// Buttons whose press is nbgrader's again, and those that are being prepared.
const passed = new WeakSet();
const waiting = new WeakSet();
// By course and assignment: which hand-in is followed.
const followed = new Map();

const sleep = time => new Promise(done => setTimeout(done, time));

function rowOf(button) {
  const row = button.closest('.list_item');
  const text = name => row?.querySelector(name)?.textContent.trim() ?? '';
  return { course: text('.item_course'), assignment: text('.item_name') };
}

// An assignment that was handed in has its hand-ins below its own row.
function rows() {
  return [...document.querySelectorAll(`${SUBMITTED} > .list_item`)].map(row => ({
    row,
    course: row.querySelector(':scope > .col-md-12 .item_course')?.textContent.trim() ?? '',
    assignment: row.querySelector(':scope > .col-md-12 .item_name')?.textContent.trim() ?? ''
  }));
}

async function known(app, course) {
  const settings = app.serviceManager.serverSettings;
  const headers = { Accept: 'application/json' };
  const xsrf = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/);
  if (settings.token) {
    headers.Authorization = `token ${settings.token}`;
  }
  if (xsrf) {
    headers['X-XSRFToken'] = xsrf[1];
  }
  const answer = await fetch(
    `${settings.baseUrl}alpaca/hand-ins?course_id=${encodeURIComponent(course)}`,
    { headers, cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout(15000) }
  );
  if (!answer.ok) {
    throw new Error(`${answer.status}`);
  }
  const found = await answer.json();
  annotate(course, found.hand_ins);
  return found;
}

function latest(found, assignment) {
  return found.hand_ins.filter(each => each.assignment === assignment).pop();
}

// Below each time in the list: which bytes, and how far they are.
function annotate(course, handIns) {
  for (const item of rows().filter(each => each.course === course)) {
    for (const place of item.row.querySelectorAll('.nested_list_item .item_name')) {
      const time = place.firstChild?.textContent;
      const found = handIns.find(
        each => each.assignment === item.assignment && each.time === time
      );
      if (found) {
        const old = place.querySelector('.alpaca-receipt');
        const line = old ?? place.appendChild(document.createElement('div'));
        line.className = 'alpaca-receipt';
        line.style.overflowWrap = 'anywhere';
        line.textContent = found.receipt;
      }
    }
  }
}

// nbgrader draws its list anew after each action.
function watchList(app) {
  let list = null;
  const look = () => {
    for (const course of new Set(rows().map(each => each.course))) {
      void known(app, course).catch(() => undefined);
    }
  };
  let soon = 0;
  const drawn = new MutationObserver(() => {
    clearTimeout(soon);
    soon = setTimeout(look, 100);
  });
  const opened = () => {
    const found = document.querySelector(SUBMITTED);
    if (found && found !== list) {
      list = found;
      drawn.disconnect();
      drawn.observe(list, { childList: true });
      look();
    }
  };
  app.shell.layoutModified?.connect(opened);
  app.shell.currentChanged?.connect(opened);
}

function inFolder(path, folder) {
  const local = path.slice(path.indexOf(':') + 1);
  return folder === undefined || local.startsWith(`${folder}/`);
}

function unsaved(app, folder) {
  return [...app.shell.widgets('main')].filter(
    widget =>
      widget.context?.model?.dirty &&
      widget.context.path !== undefined &&
      inFolder(widget.context.path, folder)
  );
}

function notify(app, message, type, options = { autoClose: 10000 }) {
  return app.commands.execute('apputils:notify', { message, type, options });
}

async function saved(app, folder) {
  const documents = unsaved(app, folder);
  if (documents.length === 0) {
    return true;
  }
  const names = documents.map(widget => widget.title.label).join(', ');
  await Promise.allSettled(documents.map(widget => widget.context.save()));
  if (documents.some(widget => widget.context.model.dirty)) {
    await notify(app, `Not handed in: ${names} could not be saved.`, 'error', {
      autoClose: false
    });
    return false;
  }
  await notify(app, `Saved before handing in: ${names}.`, 'info');
  return true;
}

async function handIn(app, button) {
  const row = rowOf(button);
  const before = await known(app, row.course).catch(() => null);
  const folder = before && (before.folder === '.' ? '' : `${before.folder}/`) + row.assignment;
  if (!(await saved(app, folder ?? undefined))) {
    return;
  }
  passed.add(button);
  button.click();
  if (before) {
    const times = new Set(
      before.hand_ins.filter(each => each.assignment === row.assignment).map(each => each.time)
    );
    void follow(app, row, button, times);
  }
}

// From the press on: the receipt in a notice, which changes until there is a page.
async function follow(app, row, button, before) {
  const key = `${row.course}/${row.assignment}`;
  const mine = {};
  followed.set(key, mine);
  const began = Date.now();
  let notice = null;
  let pause = 300;
  while (Date.now() - began < FOLLOWED) {
    await sleep(pause);
    const found = await known(app, row.course).catch(() => null);
    if (followed.get(key) !== mine) {
      // Another hand-in has come since, and its own notice.
      if (notice) {
        await app.commands.execute('apputils:dismiss-notification', { id: notice.id });
      }
      return;
    }
    const here = found && latest(found, row.assignment);
    if (here && !before.has(here.time)) {
      notice = await tell(app, row, here, notice);
      if (here.over || (!here.queued && Date.now() - began > UNTOLD)) {
        return;
      }
      pause = here.seconds === null ? 2000 : Math.min(10000, Math.max(1000, here.seconds * 250));
    } else if (button.isConnected && !button.disabled) {
      return; // nbgrader's own dialog has said why
    } else if (Date.now() - began > ARRIVES) {
      const text = `Nothing of ${row.assignment} has arrived. Press Submit again.`;
      await notify(app, text, 'error', { autoClose: false });
      return;
    } else {
      pause = Math.min(5000, pause * 1.5);
    }
  }
}

async function tell(app, row, here, old) {
  if (old?.message === here.notice) {
    return old;
  }
  const action = { label: 'Fetch Feedback', commandId: FETCH, args: row };
  const options = here.ready
    ? { autoClose: false, actions: [action] }
    : { autoClose: here.queued ? false : 20000 };
  const type = here.ready ? 'success' : 'info';
  const changed =
    old &&
    (await app.commands.execute('apputils:update-notification', {
      id: old.id,
      message: here.notice,
      type,
      ...options
    }));
  // One that was closed stays closed until there is a page.
  if (changed || (old && !here.ready)) {
    return { id: old.id, message: here.notice };
  }
  return { id: await notify(app, here.notice, type, options), message: here.notice };
}

// nbgrader's own button, wherever it was pressed from.
async function fetchFeedback(app, row) {
  await app.commands.execute('nbgrader:open-assignment-list');
  for (let tries = 0; tries < 100; tries++) {
    const item = rows().find(
      each => each.course === row.course && each.assignment === row.assignment
    );
    const button = item?.row.querySelector('button');
    if (button && !button.disabled) {
      button.click();
      return;
    }
    await sleep(100);
  }
}

// After Fetch Feedback: the page of the last hand-in, or why there is none.
async function open(app, row, button) {
  for (let tries = 0; tries < 100 && button.isConnected; tries++) {
    await sleep(200);
  }
  const found = await known(app, row.course).catch(() => null);
  const here = found && latest(found, row.assignment);
  if (here?.page && !here.ready) {
    await app.commands.execute('docmanager:open', { path: here.page, factory: 'HTML Viewer' });
  } else if (here) {
    await notify(app, `There is no page of your last hand-in yet. ${here.state}`, 'info');
  }
}

function pressed(app, event) {
  const button = event.target.closest?.(`${LIST} button`);
  const word = button?.textContent.trim();
  if (!button || passed.delete(button)) {
    return;
  }
  if (word === 'Fetch Feedback') {
    void open(app, rowOf(button), button);
  } else if (word === 'Submit') {
    event.stopImmediatePropagation();
    event.preventDefault();
    if (!waiting.has(button)) {
      waiting.add(button);
      void handIn(app, button).finally(() => waiting.delete(button));
    }
  }
}

const plugin = {
  id: `${NAME}:plugin`,
  description: "What nbgrader's Submit and Fetch Feedback lack: saving, receipts, the page.",
  autoStart: true,
  activate: app => {
    app.commands.addCommand(FETCH, {
      label: 'Fetch Feedback',
      execute: row => fetchFeedback(app, row)
    });
    document.addEventListener('click', event => pressed(app, event), true);
    void app.restored.then(() => watchList(app));
  }
};

window._JUPYTERLAB = window._JUPYTERLAB ?? {};
window._JUPYTERLAB[NAME] = {
  init: () => undefined,
  get: async () => () => ({ __esModule: true, default: plugin })
};
