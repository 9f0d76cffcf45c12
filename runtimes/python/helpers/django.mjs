// A project of Django's: the file with its application, and what its static files need.

const SETTINGS = /DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]/;

/**
 * Null if the folder has no manage.py of Django's. Else:
 * `manage`: its path; `entry`: the file that has the application; `collects`: whether its settings say where files are collected.
 */
export function djangoOf(data) {
  const manage = data.files.filter((file) => /^(\w+\/)?manage\.py$/.test(file)).sort(byDepth)[0];
  if (manage === undefined) return null;
  const root = manage.slice(0, -'manage.py'.length);
  const module = SETTINGS.exec(data.text(manage) ?? '')?.[1];
  const applications = applicationsOf(data.files, root, module);
  if (module === undefined && applications.length === 0) return null;
  const settings = module === undefined ? '' : settingsOf(data, root, module);
  const isAsgi = /^ASGI_APPLICATION\s*=/m.test(settings);
  const [first, second] = isAsgi ? ['asgi.py', 'wsgi.py'] : ['wsgi.py', 'asgi.py'];
  const entry = [first, second].flatMap((name) => applications.filter((file) => file.endsWith(name)))[0];
  return { manage, root, entry: entry ?? manage, collects: /^\s*STATIC_ROOT\s*=\s*(?!None\b|["']["'])/m.test(settings) };
}

function byDepth(one, other) {
  return one.split('/').length - other.split('/').length || (one < other ? -1 : 1);
}

/** Those in the folder of the settings first. */
function applicationsOf(files, root, module = '') {
  const [project] = module.split('.');
  const pattern = /^(\w+\/){0,2}(wsgi|asgi)\.py$/;
  const found = files.filter((file) => file.startsWith(root) && pattern.test(file.slice(root.length)));
  const isBeside = (file) => file.startsWith(`${root}${project}/`);
  return found.sort((one, other) => Number(isBeside(other)) - Number(isBeside(one)) || byDepth(one, other));
}

/** The texts of the settings: of the module, and of what is in the same folder if that has several. */
function settingsOf({ files, text }, root, module) {
  const path = root + module.replaceAll('.', '/');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const isOneOfMany = !/(^|\/)settings$/.test(path);
  const own = files.filter((file) => file === `${path}.py` || file.startsWith(`${path}/`));
  const others = isOneOfMany ? files.filter((file) => file.startsWith(folder)) : [];
  return [...new Set([...own, ...others])].filter((file) => file.endsWith('.py')).map((file) => text(file) ?? '').join('\n');
}
