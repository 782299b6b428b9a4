import { s3Kind } from '../../server/src/config/s3-kind.ts'
import { openS3Store } from '../../server/src/connections/s3.ts'
import { testStoreWeather } from '../contract/store-weather.ts'
import { s3Words } from '../kit/http-store-words.ts'
import { makeS3Options } from '../kit/stores/connection-options.ts'
import { s3Stores } from '../kit/stores/every-store.ts'

/** The smallest that S3 allows. */
const pieceBytes = 5 * 1024 * 1024

for (const kind of s3Stores) {
  const { needs } = kind
  // fauxqs, which needs nothing, knows neither conditions nor checksums.
  const isWhole = needs.length > 0
  const reason = 'fauxqs compares no checksums'
  testStoreWeather(kind, {
    words: s3Words,
    pieceBytes,
    conditionalWrites: isWhole,
    skip: isWhole ? {} : { corruptNextBody: reason, corruptNextPiece: reason },
    openStore: (store, endpoint, bucket) => {
      const options = { ...makeS3Options(store, bucket), endpoint, conditionalWrites: isWhole }
      return openS3Store(s3Kind.schema.parse(options), pieceBytes)
    },
  })
}
