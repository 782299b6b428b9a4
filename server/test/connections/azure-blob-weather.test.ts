import { testStoreWeather } from '../../../test/contract/store-weather.ts'
import { azureWords } from '../../../test/kit/http-store-words.ts'
import { makeAzureOptions } from '../../../test/kit/stores/connection-options.ts'
import { azureStores } from '../../../test/kit/stores/every-store.ts'
import { azureBlobKind } from '../../src/config/azure-blob-kind.ts'
import { openAzureBlobStore } from '../../src/connections/azure-blob.ts'

const pieceBytes = 64 * 1024

for (const kind of azureStores) {
  testStoreWeather(kind, {
    words: azureWords,
    pieceBytes,
    openStore: (store, endpoint, container) => {
      const options = azureBlobKind.schema.parse({ ...makeAzureOptions(store, container), endpoint })
      return openAzureBlobStore(options, pieceBytes)
    },
  })
}
