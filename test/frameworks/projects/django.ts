import { mkdir } from 'node:fs/promises';
import { runOfDebian, withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

export const project: Project = {
  title: 'Django',
  madeBy: "django-admin startproject, Debian's python3-django 4.2",
  make: async (folder) => {
    await mkdir(folder);
    await runOfDebian(folder, ['python3-django'], 'django-admin', 'startproject', 'mysite', '.');
  },
  page: { path: '/admin/login/', text: 'Django administration' },
  asset: /^\/static\/admin\/css\/base\.css$/,
  change: {
    file: 'mysite/settings.py',
    from: "LANGUAGE_CODE = 'en-us'",
    to: "LANGUAGE_CODE = 'de'",
    text: 'Django-Verwaltung',
  },
  advice: {
    dockerfile: `${withPackages('python3-django', 'gunicorn')}WORKDIR /app
COPY . .
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "3", "mysite.wsgi:application"]
`,
  },
};
