import { gcsKind } from '../../server/src/config/gcs-kind.ts'
import { openGcsStore } from '../../server/src/connections/gcs.ts'
import { testStoreWeather } from '../contract/store-weather.ts'
import { gcsWords } from '../kit/http-store-words.ts'
import { makeGcsOptions } from '../kit/stores/connection-options.ts'
import { gcsStores } from '../kit/stores/every-store.ts'

const pieceBytes = 256 * 1024

for (const kind of gcsStores) {
  testStoreWeather(kind, {
    words: gcsWords,
    pieceBytes,
    skip: { corruptNextPiece: 'fake-gcs-server does not compare the checksum of an upload in pieces' },
    openStore: (store, endpoint, bucket) =>
      openGcsStore(gcsKind.schema.parse({ ...makeGcsOptions(store, bucket), endpoint }), pieceBytes),
  })
}
