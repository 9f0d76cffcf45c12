// A poll, with Express. Whoever votes gets a receipt that nobody else can make.
//
// GET  /funko/node-votes/                        → {"question": "Tabs or spaces?", "votes": {}}
// POST /funko/node-votes/  {"vote": "tabs"}      → {"vote": "tabs", "receipt": "…"}
// GET  /funko/node-votes/check?vote=…&receipt=…  → {"valid": true}
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import express from 'express';

const KEY_FILE = '/run/secrets/KEY';
const key = existsSync(KEY_FILE) ? readFileSync(KEY_FILE, 'utf8').trim() : 'for trying it out only';
const votes = new Map();

const receiptOf = (vote) => createHmac('sha256', key).update(vote).digest('hex');

const app = express();
app.use(express.json());

app.get('/', (request, response) => {
  response.json({ question: process.env.QUESTION, votes: Object.fromEntries(votes) });
});

app.post('/', (request, response) => {
  const vote = request.body?.vote;
  if (typeof vote !== 'string' || vote === '') {
    response.status(400).json({ error: 'vote must be a text' });
    return;
  }
  votes.set(vote, (votes.get(vote) ?? 0) + 1);
  response.json({ vote, receipt: receiptOf(vote) });
});

app.get('/check', (request, response) => {
  const { vote = '', receipt = '' } = request.query;
  const [given, right] = [Buffer.from(String(receipt)), Buffer.from(receiptOf(String(vote)))];
  response.json({ valid: given.length === right.length && timingSafeEqual(given, right) });
});

// The runtime listens, and answers /ping.
export default app;
