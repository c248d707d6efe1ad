// nbgrader's Submit copies files. What stands in an open notebook and is not saved yet would stay
// behind without a word, so it is saved first, and a notice says so.
//
// Written as JupyterLab loads a built extension: a container with `init` and `get`, no build.

const NAME = 'alpaca-save-first';
const SUBMIT = '#nbgrader-assignment-list button';

function unsaved(app) {
  return [...app.shell.widgets('main')].filter(
    widget => widget.context?.path?.endsWith('.ipynb') && widget.context.model?.dirty
  );
}

function notify(app, message, type) {
  return app.commands.execute('apputils:notify', {
    message,
    type,
    options: { autoClose: 10000 }
  });
}

async function saveFirst(app, button, notebooks) {
  const names = notebooks.map(widget => widget.title.label).join(', ');
  await Promise.allSettled(notebooks.map(widget => widget.context.save()));
  if (notebooks.some(widget => widget.context.model.dirty)) {
    await notify(app, `Not handed in: ${names} could not be saved.`, 'error');
    return;
  }
  await notify(app, `Saved before handing in: ${names}.`, 'info');
  button.click();
}

const plugin = {
  id: `${NAME}:plugin`,
  description: "Saves open notebooks when nbgrader's Submit is pressed.",
  autoStart: true,
  activate: app => {
    document.addEventListener(
      'click',
      event => {
        const button = event.target.closest?.(SUBMIT);
        const notebooks = button?.textContent.trim() === 'Submit' ? unsaved(app) : [];
        if (notebooks.length > 0) {
          event.stopImmediatePropagation();
          event.preventDefault();
          void saveFirst(app, button, notebooks);
        }
      },
      true
    );
  }
};

window._JUPYTERLAB = window._JUPYTERLAB ?? {};
window._JUPYTERLAB[NAME] = {
  init: () => undefined,
  get: async () => () => ({ __esModule: true, default: plugin })
};
