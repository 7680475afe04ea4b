import test from 'ava';
import { errorIn, parseList } from '../../../src/espejo/bucket/answers.ts';
import { Trouble } from '../../../src/espejo/trouble.ts';

/** Lists and errors as stores write them. */

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
const object = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2018-07-02T05:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>12</Size></Contents>`;

test('names are what they were, encoded as in an address or as XML', (t) => {
  const encoded = `${HEAD}<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${object('c/1/b%C3%A1sica+1%2B.jpg')}</ListBucketResult>`;
  t.deepEqual(parseList(encoded), {
    objects: [
      {
        key: 'c/1/básica 1+.jpg',
        etag: '"d41d8cd98f00b204e9800998ecf8427e"',
        size: 12,
        modified: Date.parse('2018-07-02T05:00:00Z'),
      },
    ],
    prefixes: [],
    next: null,
  });
  const plain = parseList(
    `${HEAD}<IsTruncated>false</IsTruncated>${object('c/1/b&#xe1;sica &amp; &#x27;1+&apos;.jpg')}</ListBucketResult>`,
  );
  t.is(plain.objects[0]?.key, "c/1/básica & '1+'.jpg");
});

test('where the next page begins: by its marker, or after the last name', (t) => {
  const cut = `${HEAD}<IsTruncated>true</IsTruncated>${object('a')}${object('b')}`;
  t.is(parseList(`${cut}</ListBucketResult>`).next, 'b');
  t.is(parseList(`${cut}<NextMarker>c</NextMarker></ListBucketResult>`).next, 'c');
  const folders = `${HEAD}<IsTruncated>true</IsTruncated><CommonPrefixes><Prefix>c/1/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>c/2/</Prefix></CommonPrefixes></ListBucketResult>`;
  t.deepEqual(parseList(folders), { objects: [], prefixes: ['c/1/', 'c/2/'], next: 'c/2/' });
});

test('what is no list is told as that', (t) => {
  const noSize = object('a').replace('12', 'x');
  for (const wrong of [
    '',
    '<html></html>',
    `${HEAD}${noSize}</ListBucketResult>`,
    `${HEAD}<EncodingType>url</EncodingType>${object('%zz')}</ListBucketResult>`,
  ]) {
    t.is(t.throws(() => parseList(wrong), { instanceOf: Trouble })?.code, 'store-failed', wrong);
  }
});

test('an error has its code, and nothing else of it is repeated', (t) => {
  t.is(errorIn('<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>x</Message></Error>'), 'SlowDown');
  t.is(errorIn('<Error><Code>\u001b[31m</Code></Error>'), '');
  t.is(errorIn('<CopyObjectResult><ETag>x</ETag></CopyObjectResult>'), null);
  t.is(errorIn(''), null);
});
