import assert from 'node:assert/strict';
import { it } from 'node:test';
import { renderTemplate, type TemplateData } from '../../../../src/builder/runtime/template.ts';

const DATA: TemplateData = {
  funko: { name: 'hello' },
  options: { entry: 'a&b "c".js', list: ['x', 'y'] },
  has: (path) => path === 'package.json',
};
const render = (text: string) => renderTemplate(text, '/r/Dockerfile.ejs', DATA);

it('prints values as they are, not as HTML, and as JSON where asked', () => {
  assert.equal(render('<%= funko.name %> <%= options.entry %>'), 'hello a&b "c".js');
  assert.equal(render('["x", <%- json(options.entry) %>]'), '["x", "a&b \\"c\\".js"]');
});

it('knows what the build context has', () => {
  assert.equal(
    render("<% if (has('package.json')) { -%>\nyes\n<% } -%>\n<% if (has('x')) { -%>\nno\n<% } -%>\n"),
    'yes\n',
  );
});

it('names file and line of a variable that is not there', () => {
  assert.throws(() => render('one\n<%= nope %>\n'), {
    code: 'bad_runtime',
    message: '/r/Dockerfile.ejs:2: nope is not defined',
  });
  for (const expression of ['options.nope', 'json(options.nope)', 'funko.nope']) {
    assert.throws(() => render(`one\ntwo\n<%= ${expression} %>\n`), {
      code: 'bad_runtime',
      message: /^\/r\/Dockerfile\.ejs:3: the value to print is not there/,
    });
  }
});

it('names the file of a template that can not be read', () => {
  assert.throws(() => render('<% if ( %>'), { code: 'bad_runtime', message: /^\/r\/Dockerfile\.ejs: / });
  assert.throws(() => render('a\n<%= x'), {
    code: 'bad_runtime',
    message: /^\/r\/Dockerfile\.ejs: .*close tag/,
  });
});

it('includes no other files', () => {
  for (const path of ['/etc/passwd', './other', 'runtime.yml']) {
    assert.throws(() => render(`<%- include(${JSON.stringify(path)}) %>`), {
      code: 'bad_runtime',
      message: /^\/r\/Dockerfile\.ejs:1: include\(".*"\) is not available/,
    });
  }
});
